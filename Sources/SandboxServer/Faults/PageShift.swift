import HTTPServer

/// Makes an object at the head of a list, by an ordinary call to the API, so that the books stay right.
enum PageShift {
  /// What makes an object of a list: the call's path and its form.
  private static let makers: [String: (path: String, form: String)] = {
    let payment = (
      path: "/v1/payment_intents",
      form: """
      amount=100&currency=usd&payment_method=pm_card_visa&confirm=true&automatic_payment_methods[enabled]=true&\
      automatic_payment_methods[allow_redirects]=never
      """
    )
    return [
      "/v1/customers": ("/v1/customers", "description=made+between+pages"),
      "/v1/products": ("/v1/products", "name=made+between+pages"),
      "/v1/coupons": ("/v1/coupons", "percent_off=10&duration=once"),
      "/v1/events": ("/v1/customers", "description=made+between+pages"),
      "/v1/payment_intents": payment, "/v1/charges": payment, "/v1/balance_transactions": payment,
    ]
  }()

  /// The call that comes between two pages; nil unless the request asks for a further page of a list that it can do.
  static func call(before request: HTTPRequest) -> HTTPRequest? {
    guard request.method == "GET",
      request.query.contains("starting_after=") || request.query.contains("ending_before="),
      let maker = makers[request.path]
    else { return nil }
    let kept = ["authorization", "stripe-version", "stripe-account"]
    let headers = request.headers.filter { kept.contains($0.name.lowercased()) }
    return HTTPRequest(
      method: "POST", path: maker.path,
      headers: headers + [("Content-Type", "application/x-www-form-urlencoded")], body: Array(maker.form.utf8))
  }
}
