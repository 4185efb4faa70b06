import Testing

@testable import StripeClient

@Suite struct StripePathTests {
  @Test("an id of people's own words stays one part of the path")
  func escaping() {
    #expect(StripePath.of("/v1/customers", "cus_1", "payment_methods") == "/v1/customers/cus_1/payment_methods")
    #expect(StripePath.of("/v1/coupons", "a/b?c=50 %é") == "/v1/coupons/a%2Fb%3Fc%3D50%20%25%C3%A9")
  }
}
