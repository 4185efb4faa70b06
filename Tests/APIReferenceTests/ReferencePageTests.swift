import Foundation
import Testing

@testable import APIReference

struct ReferencePageTests {
  /// The page without its script, which holds text that looks like HTML.
  private static let html = ReferencePage.html.components(separatedBy: "<script>")[0]
  private static let identifiers = html.matches(of: #/ id="([^"]+)"/#).map { String($0.1) }

  private let html = Self.html
  private let ids = Self.identifiers

  @Test func hasEveryServedCallAndEveryObject() {
    let written = html.matches(of: #/>(GET|POST|DELETE)<\/span><code class="path">([^<]+)</#).map { "\($0.1) \($0.2)" }
    let served = APIReference.endpoints.filter(\.isSupported).map { "\($0.method) \($0.path)" }
    #expect(written.sorted() == served.sorted())
    #expect(Set(APIReference.objects.keys).subtracting(ids) == [])
  }

  /// Offline, and under a policy that lets nothing in from elsewhere.
  @Test func needsNothingElse() {
    let foreign = ["src=", "<script ", "@import", "url(", "https://", "href=\"//", "href=\"http"]
    #expect(foreign.filter { ReferencePage.html.range(of: $0) != nil } == [])
  }

  @Test func everyLinkLeadsSomewhere() {
    let links = html.matches(of: #/href="#([^"]+)"/#).map { String($0.1) }
    #expect(links.count > APIReference.objects.count)
    #expect(Set(links).subtracting(ids) == [])
  }

  @Test func everyIDStandsOnce() {
    #expect(Set(ids).count == ids.count)
  }

  @Test func whatIsOpenedIsClosed() {
    var open: [String: Int] = [:]
    for match in html.matches(of: #/<(\/?)(details|section|ul|li|span|code|p|summary)[ >]/#) {
      open[String(match.2), default: 0] += match.1.isEmpty ? 1 : -1
    }
    #expect(open.count == 8)
    #expect(open.filter { $0.value != 0 } == [:])
  }

  @Test func marksWhatIsRequiredAndWhatIsUnsupported() throws {
    let create = try #require(html.range(of: #"id="post-v1-payment-intents""#))
    let call = html[create.upperBound...]
    let end = try #require(call.range(of: "<p class=\"answer\">"))
    let text = call[..<end.lowerBound]
    #expect(
      text.contains(
        #"<code class="name">amount</code> <span class="type">integer</span> <span class="mark required">required"#))
    let refused = try #require(text.range(of: "Answered as unsupported:", options: .backwards))
    #expect(text[refused.upperBound...].contains("<code>transfer_data</code>"))
  }

  @Test func escapesText() {
    #expect(PageParts.escape(#"a < b & "c" > d"#) == "a &lt; b &amp; &quot;c&quot; &gt; d")
  }
}
