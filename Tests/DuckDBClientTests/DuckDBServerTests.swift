import PlatformCore
import Testing

@testable import DuckDBClient

@Suite("DuckDB and servers") struct DuckDBServerTests {
  @Test("a server that does not answer is unavailable; a file that cannot be read is not")
  func unavailable() {
    func status(_ words: String) -> PlatformCore.ExitStatus {
      DuckDBFailure.error(words, sql: "select 1", author: .okapi).status
    }
    #expect(status("IO Error: Could not establish connection error for HTTP HEAD to 'http://h:1/x'") == .unavailable)
    #expect(status("HTTP Error: HTTP GET error on 'http://h:1/x' (HTTP 503)") == .unavailable)
    #expect(status("IO Error: Cannot open file \"/tmp/x\": No such file or directory") == .inputOutput)
  }
}
