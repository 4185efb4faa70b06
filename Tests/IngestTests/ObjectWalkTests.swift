import StripeModel
import Testing

@testable import Ingest

@Suite struct ObjectWalkTests {
  private struct Trail: Equatable {
    var objects: [String] = []
    var lists: [String] = []
  }

  /// Every object as `kind id sequence [parent] [deleted]`, every list as `parent path ids complete`.
  private func trail(_ source: String, as resource: ResourceName) throws -> Trail {
    var trail = Trail()
    try withJSON(source) { value in
      try ObjectWalk().walk(
        record: value, as: resource,
        onObject: { visit in
          var words = [visit.plan.definition.name.rawValue, visit.id, String(visit.sequence)]
          if let parent = visit.parent { words.append("\(parent.column)=\(parent.id)") }
          if visit.isDeletionStub { words.append("deleted") }
          trail.objects.append(words.joined(separator: " "))
        },
        onList: { list in
          let state = list.envelope.isComplete ? "complete" : "cut"
          trail.lists.append("\(list.parent.id) \(list.list.path.dotted) \(list.childIDs) \(state)")
        })
    }
    return trail
  }

  private func fault(_ source: String, as resource: ResourceName) -> RecordFault? {
    do {
      _ = try trail(source, as: resource)
      return nil
    } catch {
      return error as? RecordFault
    }
  }

  @Test func aBareObjectIsOneVisit() throws {
    #expect(try trail(#"{"id":"cus_1","object":"customer"}"#, as: .customer).objects == ["customer cus_1 1"])
  }

  @Test func childrenAreVisitedWithTheirParent() throws {
    let found = try trail(
      """
      {"id":"in_1","object":"invoice","lines":{"object":"list","has_more":false,"total_count":2,"data":[
        {"id":"il_1","object":"line_item"},{"id":"il_2","object":"line_item"}]},
       "payments":{"object":"list","has_more":true,"data":[{"id":"inpay_1","object":"invoice_payment"}]}}
      """, as: .invoice)
    #expect(
      found.objects == [
        "invoice in_1 1", "line_item il_1 1 invoice_id=in_1", "line_item il_2 1 invoice_id=in_1",
        "invoice_payment inpay_1 1 invoice_id=in_1",
      ])
    #expect(
      found.lists == [#"in_1 lines ["il_1", "il_2"] complete"#, #"in_1 payments ["inpay_1"] cut"#])
  }

  @Test(arguments: [
    (#""has_more":false"#, true), (#""has_more":true"#, false), (#""has_more":false,"total_count":1"#, true),
    (#""has_more":false,"total_count":2"#, false), (#""total_count":1"#, true), (#""x":1"#, true),
  ])
  func completeness(_ envelope: String, _ isComplete: Bool) throws {
    let source = """
      {"id":"ch_1","object":"charge","refunds":{"object":"list","data":[{"id":"re_1","object":"refund"}],\(envelope)}}
      """
    let lists = try trail(source, as: .charge).lists
    #expect(lists == [#"ch_1 refunds ["re_1"] "# + (isComplete ? "complete" : "cut")])
  }

  @Test func nullListsAreNoLists() throws {
    #expect(try trail(#"{"id":"ch_1","object":"charge","refunds":null}"#, as: .charge).lists == [])
  }

  @Test func expandedObjectsAreSightings() throws {
    let found = try trail(
      """
      {"id":"ch_1","object":"charge","customer":{"id":"cus_1","object":"customer"},
       "payment_intent":"pi_1","balance_transaction":{"id":"txn_1","object":"balance_transaction",
         "source":{"id":"re_1","object":"refund"}}}
      """, as: .charge)
    #expect(
      Set(found.objects) == [
        "charge ch_1 1", "customer cus_1 0", "balance_transaction txn_1 0", "refund re_1 0",
      ])
  }

  @Test func childrenOfASightingAreSightings() throws {
    let found = try trail(
      """
      {"id":"sub_1","object":"subscription","latest_invoice":{"id":"in_1","object":"invoice",
       "lines":{"object":"list","has_more":false,"data":[{"id":"il_1","object":"line_item"}]}}}
      """, as: .subscription)
    #expect(
      Set(found.objects) == ["subscription sub_1 1", "invoice in_1 0", "line_item il_1 0 invoice_id=in_1"])
    #expect(found.lists == [#"in_1 lines ["il_1"] complete"#])
  }

  @Test func aPlanIsNoSightingOfItsPrice() throws {
    let found = try trail(
      """
      {"id":"si_1","object":"subscription_item","plan":{"id":"price_1","object":"plan","amount":5,
        "product":{"id":"prod_1","object":"product"}},"price":{"id":"price_1","object":"price","product":"prod_1"}}
      """, as: .subscriptionItem)
    #expect(found.objects.filter { $0.contains("price_1") } == ["price price_1 0"])
  }

  @Test func objectsThatAreNotDeclaredArePassedBy() throws {
    let found = try trail(
      """
      {"id":"ch_1","object":"charge","on_behalf_of":{"id":"acct_1","object":"account"},"customer":{"object":"customer"},
       "application":{"id":"ca_1","object":"application"}}
      """, as: .charge)
    #expect(found.objects == ["charge ch_1 1"])
  }

  @Test func arraysOfExpandedObjectsAreSightings() throws {
    let found = try trail(
      """
      {"id":"du_1","object":"dispute","balance_transactions":["txn_1",{"id":"txn_2","object":"balance_transaction"}]}
      """, as: .dispute)
    #expect(Set(found.objects) == ["dispute du_1 1", "balance_transaction txn_2 0"])
  }

  @Test func deletionStubs() throws {
    #expect(
      try trail(#"{"id":"cus_1","object":"customer","deleted":true}"#, as: .customer).objects
        == ["customer cus_1 1 deleted"])
    #expect(
      try trail(
        #"{"id":"ch_1","object":"charge","customer":{"id":"cus_1","object":"customer","deleted":true}}"#, as: .charge
      )
      .objects.contains("customer cus_1 0 deleted"))
    #expect(
      try trail(#"{"id":"cus_1","object":"customer","deleted":false}"#, as: .customer).objects == ["customer cus_1 1"])
  }

  @Test(arguments: [
    (#"{"object":"charge"}"#, "id"), (#"{"object":"charge","id":null}"#, "id"), (#"{"object":"charge","id":7}"#, "id"),
    (#"{"object":"charge","id":""}"#, "id"), (#"{"object":"charge","id":"ch_1","refunds":[]}"#, "refunds"),
    (#"{"object":"charge","id":"ch_1","refunds":{"object":"list"}}"#, "refunds"),
    (#"{"object":"charge","id":"ch_1","refunds":{"data":{}}}"#, "refunds"),
    (#"{"object":"charge","id":"ch_1","refunds":{"data":["re_1"]}}"#, "refunds.data[0]"),
    (#"{"object":"charge","id":"ch_1","refunds":{"data":[{"id":"du_1","object":"dispute"}]}}"#, "refunds.data[0]"),
    (
      #"{"object":"charge","id":"ch_1","refunds":{"data":[{"id":"re_1","object":"refund"},{"object":"refund"}]}}"#,
      "refunds.data[1].id"
    ),
    (#"{"object":"charge","id":"ch_1","customer":{"id":"","object":"customer"}}"#, "customer.id"),
  ])
  func faultsNameTheirPlace(_ source: String, _ field: String) {
    #expect(fault(source, as: .charge)?.field == field)
  }

  @Test func anIDHasAtMost255Bytes() throws {
    let id = String(repeating: "x", count: 255)
    #expect(try trail(#"{"object":"charge","id":"\#(id)"}"#, as: .charge).objects.count == 1)
    #expect(fault(#"{"object":"charge","id":"\#(id)x"}"#, as: .charge)?.field == "id")
  }
}
