/// The reference for people: one page of HTML that needs nothing else, offline too.
package enum ReferencePage {
  /// The whole page, UTF-8; made once.
  package static let html = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>Okapi sandbox: API reference</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <nav aria-label="Objects">
    <a class="home" href="#top">Okapi sandbox</a>
    <input id="search" type="search" placeholder="Search: trial_end" aria-label="Search" autocomplete="off">
    <ul>
    \(links)
    </ul>
    </nav>
    <main id="top">
    \(introduction)
    <p id="nothing" hidden>Nothing has that in it.</p>
    \(sections)
    </main>
    <script>
    \(script)
    </script>
    </body>
    </html>

    """

  /// The objects in the order of the calls, then those that have no call of their own.
  static let objects: [String] = {
    var names: [String] = []
    let all = APIReference.endpoints.filter(\.isSupported).map(\.object) + ObjectText.all.map(\.key)
    for name in all where !names.contains(name) && APIReference.objects[name] != nil { names.append(name) }
    return names
  }()

  private static var links: String {
    objects.map { ##"<li><a href="#\##($0)">\##($0.nounWords.capitalizedWord)</a></li>"## }.joined(separator: "\n")
  }

  private static var sections: String {
    objects.map { name in
      let calls = APIReference.endpoints.filter { $0.isSupported && $0.object == name }
      let refused = APIReference.endpoints.filter { !$0.isSupported && $0.object == name }
      var html = #"<section id="\#(name)">"# + "\n<h2>\(name.nounWords.capitalizedWord)</h2>\n"
      html += calls.map(PageParts.call).joined(separator: "\n")
      if !refused.isEmpty {
        let list = refused.map { "<code>\($0.method) \(PageParts.escape($0.path))</code>" }.joined(separator: ", ")
        html += #"<p class="refused">Answered as unsupported: \#(list).</p>"#
      }
      html += PageParts.object(name, APIReference.objects[name]?.fields ?? [])
      return html + "\n</section>"
    }.joined(separator: "\n")
  }

  private static let introduction = """
    <h1>API reference</h1>
    <p>What this sandbox serves of Stripe’s API, with the shapes of version <code>2026-10-28.endive</code>. An older
    <code>Stripe-Version</code> gets the fields that moved where it expects them. The same as data:
    <a href="/openapi.json">openapi.json</a>.</p>
    <pre><code>curl http://127.0.0.1:12111/v1/customers -u sk_test_123: -d email=jane@example.com</code></pre>
    <p>Bodies are forms: <code>items[0][price]=price_1</code>, <code>metadata[order]=7</code>. Every call takes
    <code>expand[]</code>; every <code>POST</code> takes an <code>Idempotency-Key</code>. The empty string takes away
    what is marked <span class="mark">unsettable</span>. What Stripe has and this sandbox has not is answered with the
    code <code>unsupported</code>, never ignored.</p>
    """
}
