/// A customer with the card it pays with.
struct Person {
  let id: String
  let paymentMethodID: String
  let name: String
  let email: String
  let created: Int
  private let address: String
  private let brand: String
  private let last4: Int
  private let fingerprint: String
  private let prefix: String
  private let hasDefault: Bool
  private let phone: String

  private static let givenNames = ["Ada", "Bruno", "Clara", "Dora", "Emil", "Frida", "Gustav", "Hanna", "Ivo", "Jana"]
  private static let familyNames = ["Lindqvist", "Keller", "Nowak", "Petit", "Rossi", "Santos", "Tanaka", "Ulrich"]
  private static let places = [
    ("Berlin", "DE", "10435"), ("Wien", "AT", "1010"), ("Lyon", "FR", "69003"), ("Kraków", "PL", "31-042"),
    ("Porto", "PT", "4000-008"), ("Gent", "BE", "9000"),
  ]

  init(_ random: inout SeededRandom, created: Int, index: Int) {
    self.created = created
    id = "cus_" + SeededRandom.stamp(created).dropFirst() + random.word(10)
    paymentMethodID = "pm_1" + SeededRandom.stamp(created) + "H1lINcoHaa" + random.word(8)
    let given = random.pick(Self.givenNames)
    let family = random.pick(Self.familyNames)
    name = "\(given) \(family)"
    email = "\(given.lowercased()).\(family.lowercased()).\(index)@example.com"
    let place = random.pick(Self.places)
    address = """
      {"city": "\(place.0)", "country": "\(place.1)", "line1": "Kastanienallee \(random.number(1...240))",
      "line2": null, "postal_code": "\(place.2)", "state": null}
      """
    brand = random.pick(["visa", "mastercard", "amex"])
    last4 = random.number(1000...9999)
    fingerprint = random.word(16)
    prefix = random.word(8).uppercased()
    hasDefault = random.chance(50)
    phone = "+49 30 \(random.number(1_000_000...9_999_999))"
  }

  var billingDetails: String {
    """
    {"address": \(address), "email": "\(email)", "name": "\(name)", "phone": null, "tax_id": null}
    """
  }

  var cardOfCharge: String {
    """
    "brand": "\(brand)", "checks": {"address_line1_check": "pass", "address_postal_code_check": "pass",
    "cvc_check": "pass"}, "country": "DE", "exp_month": 9, "exp_year": 2029,
    "extended_authorization": {"status": "disabled"}, "fingerprint": "\(fingerprint)", "funding": "credit",
    "incremental_authorization": {"status": "unavailable"}, "installments": null, "last4": "\(last4)",
    "mandate": null, "multicapture": {"status": "unavailable"}, "network": "\(brand)",
    "network_token": {"used": false}
    """
  }

  var customerAddress: String { address }

  var customer: String {
    """
    {"id": "\(id)", "object": "customer", "address": \(address), "balance": 0, "created": \(created),
    "currency": "eur", "default_source": null, "delinquent": false, "description": null, "discount": null,
    "email": "\(email)", "invoice_prefix": "\(prefix)", "invoice_settings": {"custom_fields": null,
    "default_payment_method": \(hasDefault ? "\"\(paymentMethodID)\"" : "null"), "footer": null,
    "rendering_options": null}, "livemode": false, "metadata": {"crm_id": "\(fingerprint)", "segment": "smb"},
    "name": "\(name)", "next_invoice_sequence": 2, "phone": "\(phone)", "preferred_locales": ["de", "en"],
    "shipping": {"address": \(address), "name": "\(name)", "phone": null}, "tax_exempt": "none",
    "test_clock": null}
    """
  }

  var paymentMethod: String {
    """
    {"id": "\(paymentMethodID)", "object": "payment_method", "allow_redisplay": "limited",
    "billing_details": \(billingDetails), "card": {"brand": "\(brand)", "checks": {"address_line1_check": "pass",
    "address_postal_code_check": "pass", "cvc_check": "pass"}, "country": "DE", "display_brand": "\(brand)",
    "exp_month": 9, "exp_year": 2029, "fingerprint": "\(fingerprint)", "funding": "credit", "generated_from": null,
    "last4": "\(last4)", "networks": {"available": ["\(brand)"], "preferred": null},
    "regulated_status": "unregulated", "three_d_secure_usage": {"supported": true}, "wallet": null},
    "created": \(created + 12), "customer": "\(id)", "livemode": false, "metadata": {}, "type": "card"}
    """
  }
}
