import BronzeStore
import Foundation
import HTTPServer
import PlatformCore
import Synchronization
import TestSupport
import Testing

@testable import Lake

/// A bucket that lists a file and does not copy it, which no real one can be made to do.
@Suite("Compaction, its moves refused") struct RefusedMoveTests {
  @Test("the parts that are to give way stay, as long as what they became is not in its place")
  func refused() throws {
    let removed = Mutex<[String]>([])
    let server = try HTTPServer(port: 0) { request in
      switch request.method {
      case "GET" where request.path == "/bucket/" || request.path == "/bucket":
        let listed = "<ListBucketResult><Contents><Key>lake/_staging/a.jsonl.gz</Key><Size>9</Size></Contents>"
        return HTTPResponse(body: .bytes(Array((listed + "</ListBucketResult>").utf8)))
      case "PUT" where request.header("x-amz-copy-source") == nil:
        return HTTPResponse(headers: [("ETag", "\"1\"")])
      case "DELETE":
        removed.withLock { $0.append(request.path) }
        return HTTPResponse(status: 204)
      default:
        return HTTPResponse(status: 404, body: .bytes(Array("<Error><Code>NoSuchKey</Code></Error>".utf8)))
      }
    }
    defer { server.stop() }
    let place = try TemporaryDirectory()
    let lake = try LakeFolder(
      location: "s3://bucket/lake", relativeTo: place.url,
      variables: [
        "AWS_ENDPOINT_URL_S3": "http://\(server.address)", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
      ], scratch: place.url)
    let compaction = Compaction(
      runID: "run-1", source: "stripe", moves: [.init(from: "_staging/a.jsonl.gz", to: "bronze/a.jsonl.gz")],
      removals: ["charges": ["bronze/old.jsonl"]],
      manifest: RunManifest(
        runID: "run-1", command: "lake compact", source: "stripe", startedAt: "", finishedAt: "", status: "done",
        inputs: [:], written: [], counts: [:]))
    let error = #expect(throws: PlatformError.self) { try compaction.accept(in: lake) }
    #expect(error?.message.contains("is gone before it was accepted") == true)
    #expect(removed.withLock { $0 } == [])
  }
}
