import CommandLineKit
import Foundation
import Ingest
import PlatformCore
import PostgresClient
import ResourceStore
import Verify
import Workspace

/// `okapi demo`: the whole way with the sample export, in a source of its own.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Loads the sample export, proves it, and asks it five questions. DEV only.",
    discussion: """
      The sample is a small company made up by us. It goes into a source of its own, schema demo, beside whatever
      else is loaded; a second run changes nothing.

      EXAMPLES:
        okapi demo
        SOURCE_NAME=demo okapi db query "select * from customers limit 3"
        SOURCE_NAME=demo okapi db reset --yes
      """)

  /// The source the sample is loaded into.
  static let source = "demo"

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("demo") { runtime in
      try runtime.settings.requireNotProduction(action: "load sample data")
      let result = try await Demo(runtime, access: DatabaseAccess(runtime, source: Self.source)).run()
      try runtime.report(result, text: result.text)
      return .strongest(of: [result.ingest.exitStatus, result.verify.exitStatus])
    }
  }
}

/// The steps of the demo.
struct Demo {
  private let runtime: CommandRuntime
  private let access: DatabaseAccess

  init(_ runtime: CommandRuntime, access: DatabaseAccess) {
    self.runtime = runtime
    self.access = access
  }

  /// Database, load, proof, questions.
  func run() async throws -> DemoResult {
    let folder = try ResourceBundle.locate("SampleExport", target: "CLI").path
    step("1 of 5  starting PostgreSQL and bringing its tables up to date")
    if access.isPrivate { _ = try await Databases.create(access.url(.main)) }
    let connection = try await access.connect()
    _ = try await MigrationRunner(
      connection, schema: access.names.schema, live: access.names.live
    ).migrate(runtime.context)
    step("2 of 5  loading the sample export: a small company, billed in euros and yen")
    let options = access.ingestOptions(from: .folder(folder), runtime: runtime)
    let ingest = try await Ingestion(options, context: runtime.context).run()
    step("3 of 5  proving that every row equals the export, field by field and cent by cent")
    let verify = try await Verification.run(
      access.verifyOptions(folder: folder, exportedAt: nil, apiVersion: nil, runtime: runtime),
      context: runtime.context)
    step("4 of 5  asking five questions")
    var answers: [DemoResult.Answer] = []
    for question in DemoQuestion.all {
      let result = try await QueryResult.run(question.sql, write: false, names: access.names, over: connection)
      answers.append(.init(question: question, result: result))
    }
    await connection.close()
    step("5 of 5  starting a sandbox: a Stripe of your own, with a small company that has lived for six months")
    let sandbox = try await DemoSandbox.start(runtime)
    return DemoResult(ingest: ingest, verify: verify, answers: answers, sandbox: sandbox)
  }

  private func step(_ text: String) {
    if runtime.terminal.isInteractive {
      runtime.terminal.line(text)
    } else {
      runtime.context.log(.info, "demo_step_begun", ["step": .string(text)])
    }
  }
}

/// What the demo found.
struct DemoResult: Encodable, Sendable {
  struct Answer: Encodable, Sendable {
    let question: DemoQuestion
    let result: QueryResult

    enum CodingKeys: String, CodingKey { case question, sql, answer }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(question.text, forKey: .question)
      try container.encode(question.sql, forKey: .sql)
      try container.encode(result.document, forKey: .answer)
    }
  }

  let ingest: IngestReport
  let verify: VerifyReport
  let answers: [Answer]
  let sandbox: DemoSandbox

  /// For a newcomer, from top to bottom.
  var text: String {
    var parts: [String] = []
    for (number, answer) in answers.enumerated() {
      let indented = answer.question.sql.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
      parts.append("\(number + 1). \(answer.question.text)\n\n\(indented)\n\n\(answer.result.text)")
    }
    parts.append(summary)
    return parts.joined(separator: "\n\n")
  }

  /// As the reader has to type it: who has just cloned and typed `make demo` has the wrapper and nothing installed.
  static func programName(_ path: String = CommandLine.arguments.first ?? "") -> String {
    path.contains(".build/") ? "./okapi" : "okapi"
  }

  private var summary: String {
    let okapi = Self.programName()
    let read = ingest.resources.reduce(0) { $0 + $1.read }
    let sums = verify.resources.flatMap(\.sums)
    let loaded =
      ingest.changedRows == 0
      ? "all \(grouped(read)) records were there already: nothing changed"
      : "\(grouped(read)) records became rows in \(ingest.resources.count) tables"
    let proven =
      verify.isEqual
      ? "every row equals the export, and so do \(sums.count) sums of money, to the cent"
      : "the tables do NOT equal the export: see `SOURCE_NAME=demo \(okapi) verify`"
    let here = FileManager.default.currentDirectoryPath + "/"
    let sandboxFolder = sandbox.data.hasPrefix(here) ? String(sandbox.data.dropFirst(here.count)) : sandbox.data
    return """
      Done
        loaded   \(loaded)
        proven   \(proven)
        where    PostgreSQL, schema demo (amounts as integers) and demo_live (amounts as text, no deleted rows)
        sandbox  \(sandbox.url) answers like Stripe: \(grouped(Int(sandbox.customers))) customers, \
      \(grouped(Int(sandbox.subscriptions))) subscriptions, \(grouped(Int(sandbox.invoices))) invoices, \
      \(grouped(Int(sandbox.charges))) charges

      Next
        look around     SOURCE_NAME=demo \(okapi) db psql
        ask             SOURCE_NAME=demo \(okapi) db query "select id, name, email from customers"
        call Stripe     curl -u sk_test_demo: \(sandbox.url)/v1/customers?limit=1
        read its API    \(sandbox.url)/docs
        its books       \(okapi) sandbox ledger --data \(sandboxFolder)
        your own data   \(okapi) ingest --source json --json-dir YOUR_FOLDER
                        \(okapi) verify --source json --json-dir YOUR_FOLDER
        stop            \(okapi) stop

      Not there yet: the sync from Stripe's API, the lake.
      """
  }
}

/// One sample question and the SQL that answers it.
struct DemoQuestion: Sendable {
  let text: String
  let sql: String

  /// Five, from simple to joined. Amounts are never added across currencies.
  static let all = [
    DemoQuestion(
      text: "What was taken, per currency? (Yen have no cents.)",
      sql: """
        select currency, count(*) as charges, _money_text(sum(amount_captured)::bigint, currency) as taken,
          _money_text(sum(amount_refunded)::bigint, currency) as given_back
        from charges where status = 'succeeded' group by currency order by currency
        """),
    DemoQuestion(
      text: "What reached the balance after fees, by kind of movement?",
      sql: """
        select reporting_category, currency, count(*) as movements, _money_text(sum(amount)::bigint, currency) as gross,
          _money_text(sum(fee)::bigint, currency) as fees, _money_text(sum(net)::bigint, currency) as net
        from balance_transactions group by reporting_category, currency order by currency, reporting_category
        """),
    DemoQuestion(
      text: "Who subscribes to what?",
      sql: """
        select customers.name as customer, products.name as product, subscriptions.status,
          _money_text(prices.unit_amount, prices.currency) as price, prices.currency,
          prices.recurring_interval as every
        from subscriptions
        join customers on customers.id = subscriptions.customer_id
        join subscription_items on subscription_items.subscription_id = subscriptions.id
        join prices on prices.id = subscription_items.price_id
        join products on products.id = prices.product_id
        order by customers.name, products.name
        """),
    DemoQuestion(
      text: "Which invoice has the most lines, and do they add up?",
      sql: """
        select invoices.number, count(*) as lines, _money_text(invoices.subtotal, invoices.currency) as subtotal,
          sum(invoice_line_items.amount) = invoices.subtotal as adds_up
        from invoices join invoice_line_items on invoice_line_items.invoice_id = invoices.id
        group by invoices.id order by count(*) desc limit 3
        """),
    DemoQuestion(
      text: "What was disputed or refunded, and why?",
      sql: """
        select 'dispute' as what, disputes.charge_id, disputes.status, disputes.reason,
          _money_text(disputes.amount, disputes.currency) as amount, disputes.currency from disputes
        union all
        select 'refund', refunds.charge_id, refunds.status, refunds.reason,
          _money_text(refunds.amount, refunds.currency), refunds.currency from refunds
        order by 1, 2
        """),
  ]
}
