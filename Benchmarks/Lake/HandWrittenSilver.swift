import BronzeStore
import CommandLineKit
import DuckDBClient
import Foundation
import PlatformCore

/// `okapi-bench hand-written`: charges from bronze to Parquet, as one writes it who knows them; prints its seconds.
struct HandWrittenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hand-written", abstract: "Makes charges of bronze into Parquet by plain SQL.", shouldDisplay: false)

  @Option(help: "The lake.") var lake: String
  @Option(help: "Where to.") var out: String

  func run() async throws {
    let folder = LakeFolder(root: URL(filePath: lake))
    let parts = try BronzeReader(lake: folder, source: "stripe").parts(of: "charges")
    let files = parts.map { "'\(folder.location(of: $0.path))'" }.joined(separator: ", ")
    // The same threads and the same memory as `okapi lake`.
    let database = try await DuckDBDatabase.open(
      .init(memoryLimitBytes: 1_000_000_000, temporaryDirectory: out + "-scratch"))
    let connection = try database.connect()
    let started = ContinuousClock.now
    try await connection.execute(HandWrittenSilver.sql(files: files, out: out))
    print((ContinuousClock.now - started) / .seconds(1))
  }
}

/// The columns of `silver.charges` and the newest version of each charge, nothing else: every type is taken on trust,
/// nothing is deleted, merged, rejected or noted for the next time.
enum HandWrittenSilver {
  static func sql(files: String, out: String) -> String {
    """
    create temp table charges as
    select \(columns.map { "\($0.value) as \($0.name)" }.joined(separator: ",\n  ")),
      meta.observed_at, meta.sequence as observed_sequence, meta.ingested_at, meta.run_id as bronze_run_id,
      meta.api_version, strftime(to_timestamp(data.created) at time zone 'UTC', '%Y-%m-%d') as dt
    from read_json([\(files)], format = 'newline_delimited', columns = {
      data: '\(shape)',
      meta: 'struct(run_id varchar, ingested_at timestamptz, observed_at timestamptz, sequence bigint,
        api_version varchar)'})
    qualify row_number() over (partition by data.id
      order by meta.observed_at desc, meta.sequence desc, meta.ingested_at desc) = 1;
    copy (select * from charges order by dt, charge_id) to '\(out)'
      (format parquet, compression zstd, partition_by (dt), overwrite)
    """
  }

  private static let shape = """
    struct(id varchar, created bigint, livemode boolean, status varchar, amount bigint, amount_captured bigint,
    amount_refunded bigint, currency varchar, paid boolean, captured boolean, refunded boolean, disputed boolean,
    customer varchar, payment_intent varchar, payment_method varchar, invoice varchar, balance_transaction varchar,
    failure_balance_transaction varchar, dispute varchar, failure_code varchar, failure_message varchar,
    outcome struct(type varchar, network_status varchar, reason varchar, risk_level varchar, risk_score bigint,
      seller_message varchar, network_decline_code varchar, advice_code varchar),
    description varchar, receipt_email varchar, receipt_number varchar, calculated_statement_descriptor varchar,
    billing_details struct(name varchar, email varchar, phone varchar, address json),
    payment_method_details struct(type varchar, card struct(brand varchar, last4 varchar, exp_month bigint,
      exp_year bigint, country varchar, funding varchar, fingerprint varchar, network varchar,
      wallet struct(type varchar), three_d_secure struct(result varchar),
      checks struct(cvc_check varchar, address_line1_check varchar, address_postal_code_check varchar))),
    fraud_details json, presentment_details struct(presentment_amount bigint, presentment_currency varchar),
    shipping json, application varchar, application_fee varchar, application_fee_amount bigint, on_behalf_of varchar,
    transfer varchar, transfer_group varchar, metadata json)
    """

  private static let columns: [(name: String, value: String)] =
    [
      ("charge_id", "data.id"), ("created_at", "to_timestamp(data.created)"), ("is_livemode", "data.livemode"),
      ("status", "data.status"), ("amount_minor", "data.amount"), ("amount_captured_minor", "data.amount_captured"),
      ("amount_refunded_minor", "data.amount_refunded"), ("currency", "data.currency"), ("is_paid", "data.paid"),
      ("is_captured", "data.captured"), ("is_refunded", "data.refunded"), ("is_disputed", "data.disputed"),
    ]
    + [
      "customer", "payment_intent", "payment_method", "invoice", "balance_transaction", "failure_balance_transaction",
      "dispute",
    ].map { ("\($0)_id", "data.\($0)") }
    + ["failure_code", "failure_message"].map { ($0, "data.\($0)") }
    + [
      "type", "network_status", "reason", "risk_level", "risk_score", "seller_message", "network_decline_code",
      "advice_code",
    ].map { ("outcome_\($0)", "data.outcome.\($0)") }
    + ["description", "receipt_email", "receipt_number", "calculated_statement_descriptor"].map { ($0, "data.\($0)") }
    + ["name", "email", "phone"].map { ("billing_details_\($0)", "data.billing_details.\($0)") }
    + ["postal_code", "country"].map {
      ("billing_details_address_\($0)", "data.billing_details.address ->> '$.\($0)'")
    }
    + [
      ("billing_details_address", "data.billing_details.address"),
      ("payment_method_type", "data.payment_method_details.type"),
    ]
    + ["brand", "last4", "exp_month", "exp_year", "country", "funding", "fingerprint", "network"].map {
      ("card_\($0)", "data.payment_method_details.card.\($0)")
    }
    + [
      ("card_wallet_type", "data.payment_method_details.card.wallet.type"),
      ("card_three_d_secure_result", "data.payment_method_details.card.three_d_secure.result"),
    ]
    + ["cvc_check", "address_line1_check", "address_postal_code_check"].map {
      ("card_\($0)", "data.payment_method_details.card.checks.\($0)")
    }
    + [
      ("fraud_details", "data.fraud_details"),
      ("presentment_details_presentment_amount_minor", "data.presentment_details.presentment_amount"),
      ("presentment_details_presentment_currency", "data.presentment_details.presentment_currency"),
      ("shipping", "data.shipping"), ("application_id", "data.application"),
      ("application_fee_id", "data.application_fee"),
      ("application_fee_amount_minor", "data.application_fee_amount"), ("on_behalf_of_id", "data.on_behalf_of"),
      ("transfer_id", "data.transfer"), ("transfer_group", "data.transfer_group"), ("metadata", "data.metadata"),
    ]
}
