import BronzeStore
import CommandLineKit
import DuckDBClient
import Foundation
import Lake
import PlatformCore
import Populate
import PostgresClient
import ResourceStore
import SandboxServer
import StripeClient
import Sync
import Verify
import Workspace

/// `okapi demo`: the whole way from a Stripe to proven tables, in a source of its own.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Populates, fetches, ingests and verifies a Stripe of its own. DEV only.",
    discussion: """
      A sandbox with a small company that has lived for six months is populated with a few more customers, fetched over
      its API into the lake, loaded into PostgreSQL, proven field by field, and asked five questions. From the same
      lake DuckDB makes silver and gold, which answer a sixth. All of it is a source of its own, schema demo, beside
      whatever else is loaded; a second run changes nothing.

      EXAMPLES:
        okapi demo
        SOURCE_NAME=demo okapi db query "select * from customers limit 3"
        SOURCE_NAME=demo okapi db reset --yes
      """)

  /// The source it is loaded into.
  static let source = "demo"

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("demo", flags: [.sourceName: Self.source]) { runtime in
      try runtime.settings.requireNotProduction(action: "make the demo's data")
      let result = try await Demo(runtime).run()
      try runtime.report(result, text: result.text)
      return result.exitStatus
    }
  }
}

/// The steps of the demo.
struct Demo {
  private let runtime: CommandRuntime
  /// For the steps themselves, which say what went wrong and not what went well.
  private let quiet: CommandRuntime
  private let access: DatabaseAccess

  init(_ runtime: CommandRuntime) {
    self.runtime = runtime
    let context = runtime.context
    quiet = CommandRuntime(
      settings: runtime.settings,
      context: RunContext(
        runID: context.runID, command: context.command, log: context.log.raised(to: .warning), clock: context.clock),
      terminal: runtime.terminal, wantsJSON: runtime.wantsJSON, logFormat: runtime.logFormat)
    access = DatabaseAccess(runtime)
  }

  /// Sandbox, database, populate, sync, proof, questions, lake.
  func run() async throws -> DemoResult {
    step("1 of 7  starting PostgreSQL and bringing its tables up to date")
    try await prepareTables()
    step("2 of 7  starting a sandbox: a Stripe of your own, with a small company that has lived for six months")
    let sandbox = try await DemoSandbox.start(runtime.settings)
    step("3 of 7  populating the sandbox with a few more customers, over its API")
    let api = APIAccess(sandbox: sandbox.url, runtime.settings)
    let session = try SyncSession(quiet, api: api)
    defer { session.options.client.close() }
    let fixture = try ResourceBundle.locate("SampleFixture", target: "CLI").appending(path: "company.json")
    let populate = try await Population.run(
      PopulateOptions(try Fixture.read(file: fixture.path)), over: session.options.client, context: quiet.context)
    step("4 of 7  fetching everything over the API into the lake, and loading it from there")
    let sync = try await session.once()
    step("5 of 7  proving that every row equals what the API says, field by field and cent by cent")
    let verify = try await session.verify()
    step("6 of 7  asking five questions")
    let connection = try await access.connect()
    var answers: [DemoResult.Answer] = []
    for question in DemoQuestion.all {
      let result = try await QueryResult.run(question.sql, write: false, names: access.names, over: connection)
      answers.append(.init(question: question, result: result))
    }
    await connection.close()
    step("7 of 7  making silver and gold of the same lake, and asking them a sixth")
    let (lake, gold) = try await LakeSession(quiet, waits: true).models(filling: APIOptions(), from: api) { lake in
      (try await lake.run(), try await LakeShell(lake).query(DemoQuestion.ofGold.sql))
    }
    return DemoResult(
      populate: populate, sync: sync, verify: verify, answers: answers, lake: lake, gold: gold,
      sandbox: try await DemoSandbox.counted(sandbox, runtime.settings))
  }

  /// Brings the tables up to date; before the company is made, empties them and the lake of one that is no more.
  private func prepareTables() async throws {
    let settings = runtime.settings
    if access.isPrivate { _ = try await Databases.create(access.url(.main)) }
    let connection = try await access.connect()
    let runner = try MigrationRunner(connection, schema: access.names.schema, live: access.names.live)
    if try await DemoSandbox.isSeeded(settings) {
      _ = try await runner.migrate(runtime.context)
    } else {
      let lake = try LakeFolder(settings)
      let lock = try await LakeLock.take(in: lake, of: settings.sourceName, for: runtime.context)
      try withExtendedLifetime(lock) { try BronzeState(lake: lake, source: settings.sourceName).removeEverything() }
      try await LakeSession(quiet, waits: true).models { try await $0.forgetSources() }
      _ = try await runner.reset(runtime.context)
    }
    await connection.close()
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

  let populate: PopulateReport
  let sync: SyncReport
  let verify: VerifyReport
  let answers: [Answer]
  let lake: LakeReport
  let gold: DuckDBResult
  let sandbox: DemoSandbox

  enum CodingKeys: CodingKey { case populate, sync, verify, answers, lake, gold, sandbox }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(populate, forKey: .populate)
    try container.encode(sync, forKey: .sync)
    try container.encode(verify, forKey: .verify)
    try container.encode(answers, forKey: .answers)
    try container.encode(lake, forKey: .lake)
    try container.encode(LakeQueryResult(gold).document, forKey: .gold)
    try container.encode(sandbox, forKey: .sandbox)
  }

  var exitStatus: ExitStatus {
    .strongest(of: [populate.exitStatus, sync.exitStatus, verify.exitStatus, lake.exitStatus])
  }

  /// For a newcomer, from top to bottom.
  var text: String {
    var parts: [String] = []
    let results =
      answers.map { ($0.question, $0.result.text) } + [(DemoQuestion.ofGold, LakeQueryResult(gold).text)]
    for (number, (question, result)) in results.enumerated() {
      let indented = question.sql.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
      parts.append("\(number + 1). \(question.text)\n\n\(indented)\n\n\(result)")
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
    let sums = verify.resources.flatMap(\.sums)
    let made = populate.objects.count { $0.outcome == .made }
    let populated =
      made == 0
      ? "all \(grouped(populate.objects.count)) objects of the fixture were there already"
      : "\(grouped(made)) objects of the fixture were made in the sandbox"
    let requests = "\(grouped(sync.api.calls)) requests, \(String(format: "%.1f", sync.seconds)) s"
    let loaded =
      sync.changedRows == 0
      ? "nothing had changed (\(requests))"
      : "\(grouped(sync.objects)) objects became \(grouped(sync.changedRows)) rows in "
        + "\(sync.resources.count { $0.changed > 0 }) tables (\(requests))"
    let proven =
      verify.isEqual
      ? "every row equals what the API says, and so do \(sums.count) sums of money, to the cent"
      : "the tables do NOT equal the API: see `\(variables) \(okapi) verify --source api`"
    let here = FileManager.default.currentDirectoryPath + "/"
    let sandboxFolder = sandbox.data.hasPrefix(here) ? String(sandbox.data.dropFirst(here.count)) : sandbox.data
    return """
      Done
        populated  \(populated)
        synced     \(loaded)
        proven     \(proven)
        lake       \(lakeWords)
        where      PostgreSQL, schema demo (amounts as integers) and demo_live (amounts as text, no deleted rows)
        sandbox    \(sandbox.url) answers like Stripe: \(grouped(Int(sandbox.customers))) customers, \
      \(grouped(Int(sandbox.subscriptions))) subscriptions, \(grouped(Int(sandbox.invoices))) invoices, \
      \(grouped(Int(sandbox.charges))) charges

      Next
        look around     SOURCE_NAME=demo \(okapi) db psql
        ask             SOURCE_NAME=demo \(okapi) db query "select id, name, email from customers"
        change Stripe   curl -u sk_test_demo: \(sandbox.url)/v1/customers -d name=Ada -d email=ada@example.com
        follow it       export \(variables)
                        \(okapi) sync && \(okapi) verify --source api && \(okapi) lake run
        read its API    \(sandbox.url)/docs
        its books       \(okapi) sandbox ledger --data \(sandboxFolder)
        your account    STRIPE_API_KEY=rk_test_… \(okapi) sync
        your exports    \(okapi) ingest --source json --json-dir YOUR_FOLDER
        its webhooks    \(okapi) webhooks serve --help
        stop            \(okapi) stop
      """
  }

  private var lakeWords: String {
    let built = lake.models.filter { $0.partitions > 0 }
    if !lake.failures.isEmpty { return "silver and gold were NOT accepted: \(lake.failures.count) checks failed" }
    if built.isEmpty { return "silver and gold hold it already" }
    let gold = built.filter { $0.layer == ModelFile.Layer.gold.rawValue }.count
    return "\(built.count - gold) tables of silver and \(gold) of gold, in Parquet, every check passed"
  }

  /// What makes the other commands speak of the demo.
  private var variables: String { "SOURCE_NAME=demo STRIPE_API_BASE=\(sandbox.url)" }
}

/// One sample question and the SQL that answers it.
struct DemoQuestion: Sendable {
  let text: String
  let sql: String

  /// One that DuckDB answers from gold.
  static let ofGold = DemoQuestion(
    text: "What is left of the payments after refunds, disputes and fees? (Gold, by DuckDB; minor units.)",
    sql: """
      select balance_currency as currency, count(*) as payments, sum(captured_minor) as taken,
        sum(refunded_minor) as given_back, sum(disputed_minor) as disputed, sum(fee_minor) as fees,
        sum(net_minor) as net
      from gold.fct_payments where source = 'demo' and balance_currency = currency group by all order by all
      """)

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
      text: "Which prices sell best?",
      sql: """
        select products.name as product, _money_text(prices.unit_amount, prices.currency) as price, prices.currency,
          prices.recurring_interval as every,
          count(*) filter (where subscriptions.status = 'active') as active,
          count(*) filter (where subscriptions.status = 'canceled') as canceled
        from subscriptions
        join subscription_items on subscription_items.subscription_id = subscriptions.id
        join prices on prices.id = subscription_items.price_id
        join products on products.id = prices.product_id
        group by products.name, prices.id order by active desc, product limit 5
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
