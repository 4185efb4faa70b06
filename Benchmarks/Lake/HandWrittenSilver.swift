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
    // The same threads as `okapi lake`, and four times its memory: with the same it ends for want of it.
    let database = try await DuckDBDatabase.open(
      .init(memoryLimitBytes: 4_000_000_000, temporaryDirectory: out + "-scratch"))
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
    select \(columns),
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

  private static let columns = """
    data.id as charge_id, to_timestamp(data.created) as created_at, data.livemode as is_livemode,
    data.status as status, data.amount as amount_minor, data.amount_captured as amount_captured_minor,
    data.amount_refunded as amount_refunded_minor, data.currency as currency, data.paid as is_paid,
    data.captured as is_captured, data.refunded as is_refunded, data.disputed as is_disputed,
    data.customer as customer_id, data.payment_intent as payment_intent_id, data.payment_method as payment_method_id,
    data.invoice as invoice_id, data.balance_transaction as balance_transaction_id,
    data.failure_balance_transaction as failure_balance_transaction_id, data.dispute as dispute_id,
    data.failure_code as failure_code, data.failure_message as failure_message, data.outcome.type as outcome_type,
    data.outcome.network_status as outcome_network_status, data.outcome.reason as outcome_reason,
    data.outcome.risk_level as outcome_risk_level, data.outcome.risk_score as outcome_risk_score,
    data.outcome.seller_message as outcome_seller_message,
    data.outcome.network_decline_code as outcome_network_decline_code,
    data.outcome.advice_code as outcome_advice_code, data.description as description,
    data.receipt_email as receipt_email, data.receipt_number as receipt_number,
    data.calculated_statement_descriptor as calculated_statement_descriptor,
    data.billing_details.name as billing_details_name, data.billing_details.email as billing_details_email,
    data.billing_details.phone as billing_details_phone,
    data.billing_details.address ->> '$.postal_code' as billing_details_address_postal_code,
    data.billing_details.address ->> '$.country' as billing_details_address_country,
    data.billing_details.address as billing_details_address, data.payment_method_details.type as payment_method_type,
    data.payment_method_details.card.brand as card_brand, data.payment_method_details.card.last4 as card_last4,
    data.payment_method_details.card.exp_month as card_exp_month,
    data.payment_method_details.card.exp_year as card_exp_year,
    data.payment_method_details.card.country as card_country,
    data.payment_method_details.card.funding as card_funding,
    data.payment_method_details.card.fingerprint as card_fingerprint,
    data.payment_method_details.card.network as card_network,
    data.payment_method_details.card.wallet.type as card_wallet_type,
    data.payment_method_details.card.three_d_secure.result as card_three_d_secure_result,
    data.payment_method_details.card.checks.cvc_check as card_cvc_check,
    data.payment_method_details.card.checks.address_line1_check as card_address_line1_check,
    data.payment_method_details.card.checks.address_postal_code_check as card_address_postal_code_check,
    data.fraud_details as fraud_details,
    data.presentment_details.presentment_amount as presentment_details_presentment_amount_minor,
    data.presentment_details.presentment_currency as presentment_details_presentment_currency,
    data.shipping as shipping, data.application as application_id, data.application_fee as application_fee_id,
    data.application_fee_amount as application_fee_amount_minor, data.on_behalf_of as on_behalf_of_id,
    data.transfer as transfer_id, data.transfer_group as transfer_group, data.metadata as metadata
    """
}
