/// Small Stripe objects for silver, as JSON text.
enum SilverObjects {
  /// The day of everything here, unless told otherwise: 2026-02-01.
  static let created = 1_769_904_000
  static let day = "2026-02-01"

  static func stub(_ object: String, _ id: String) -> String {
    #"{"id":"\#(id)","object":"\#(object)","deleted":true}"#
  }

  static func customer(_ id: String = "cus_1", name: String = "Ada", more: String = "") -> String {
    #"{"id":"\#(id)","object":"customer","created":\#(created),"name":"\#(name)"\#(more)}"#
  }

  static func charge(
    _ id: String = "ch_1", amount: String = "100", created: Int = created, refunds: String? = nil, more: String = ""
  ) -> String {
    let list = refunds.map { #","refunds":\#($0)"# } ?? ""
    return #"{"id":"\#(id)","object":"charge","created":\#(created),"status":"succeeded","amount":\#(amount),"#
      + #""amount_refunded":0,"currency":"eur","refunded":false\#(list)\#(more)}"#
  }

  static func refund(_ id: String, amount: Int = 5, of charge: String = "ch_1") -> String {
    #"{"id":"\#(id)","object":"refund","created":\#(created + 86_400),"amount":\#(amount),"currency":"eur","#
      + #""charge":"\#(charge)"}"#
  }

  static func list(_ elements: [String], hasMore: Bool = false) -> String {
    #"{"object":"list","data":[\#(elements.joined(separator: ","))],"has_more":\#(hasMore)}"#
  }

  static func invoice(
    _ id: String = "in_1", lines: [String]? = nil, hasMore: Bool = false, more: String = ""
  ) -> String {
    let list = lines.map { #","lines":\#(self.list($0, hasMore: hasMore))"# } ?? ""
    return #"{"id":"\#(id)","object":"invoice","created":\#(created),"currency":"eur","subtotal":1,"total":1,"#
      + #""amount_due":1,"amount_paid":0,"amount_remaining":1\#(list)\#(more)}"#
  }

  static func line(_ id: String, amount: Int = 1, more: String = "") -> String {
    #"{"id":"\#(id)","object":"line_item","amount":\#(amount),"currency":"eur"\#(more)}"#
  }

  static func discount(_ id: String = "di_1", end: Int, more: String = "") -> String {
    #"{"id":"\#(id)","object":"discount","start":\#(created),"end":\#(end)\#(more)}"#
  }

  static func taxRate(_ id: String = "txr_1", name: String) -> String {
    #"{"id":"\#(id)","object":"tax_rate","created":\#(created),"display_name":"\#(name)","inclusive":false,"#
      + #""percentage":20.0}"#
  }
}
