/// A made-up customer.
struct SeedPerson {
  let name: String
  let email: String
  let company: String
  let market: SeedMarket
  private let place: (city: String, state: String?, postalCode: String, country: String)
  private let street: String

  init(_ index: Int, markets: [SeedMarket], _ random: inout SeedRandom) {
    let first = random.pick(Self.firstNames)
    let last = random.pick(Self.lastNames)
    market = random.pick(weighted: markets.map { ($0, $0.share) })
    place = random.pick(market.places)
    street = "\(random.number(in: 1...240)) \(random.pick(Self.streets))"
    name = "\(first) \(last)"
    company = "\(last) \(random.pick(Self.trades))"
    email = "\(first).\(last).\(index + 1)@example.com".lowercased()
  }

  /// What `POST /v1/customers` takes.
  func params(index: Int) -> JSONObject {
    [
      "address": [
        "city": .string(place.city), "country": .string(place.country), "line1": .string(street),
        "postal_code": .string(place.postalCode), "state": .text(place.state),
      ], "description": .string(company), "email": .string(email),
      "metadata": ["company": .string(company), "crm_id": .string("crm-\(100_000 + index)")], "name": .string(name),
      "preferred_locales": [.string(market.locale)],
    ]
  }

  private static let firstNames = [
    "Ada", "Ben", "Clara", "David", "Edith", "Farid", "Grace", "Henri", "Ines", "Jonas", "Kenji", "Lena", "Mara",
    "Noor", "Oskar", "Paula", "Quentin", "Rosa", "Samir", "Tilda", "Umar", "Vera", "Wanda", "Xenia", "Yuki", "Zoe",
  ]
  private static let lastNames = [
    "Abel", "Brandt", "Castro", "Dubois", "Egger", "Fischer", "Garcia", "Hoffmann", "Ito", "Jensen", "Kumar",
    "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Sato", "Tanaka", "Ulrich", "Vogel", "Weber",
    "Young",
    "Zimmer",
  ]
  private static let trades = ["Studio", "Books", "Labs", "Logistics", "Bakery", "Design", "Tools", "Travel", "Media"]
  private static let streets = ["Main Street", "Mill Lane", "Station Road", "Harbour Quay", "Garden Row", "Hill Way"]
}
