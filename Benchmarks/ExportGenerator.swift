import Foundation
import PlatformCore

/// Writes an export with the shapes of API version 2026-10-28.endive, the same bytes for the same number of objects.
///
/// Of a hundred objects 55 are charges, 10 invoices (1 to 4 lines each) and 35 customers. Beside them stand the
/// objects they refer to: a payment intent and a balance transaction for each charge, a payment method for each
/// customer, an invoice item for each line, and the products and prices on the invoices. With them nothing is left a placeholder; without them
/// (`parents: false`) each of these is one.
struct ExportGenerator {
  /// What was written.
  struct Export {
    let folder: URL
    var files: [(name: String, objects: Int, bytes: Int)] = []

    /// Records of their own, lines in invoices not counted.
    var objects: Int { files.reduce(0) { $0 + $1.objects } }
    var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

    func bytesPerObject(of names: [String]) -> Int {
      let chosen = files.filter { names.contains($0.name) }
      return chosen.reduce(0) { $0 + $1.bytes } / max(1, chosen.reduce(0) { $0 + $1.objects })
    }

    var described: String {
      files.map { "\($0.name): \($0.objects) objects, \($0.bytes / max(1, $0.objects)) bytes each" }
        .joined(separator: "\n")
    }
  }

  /// The three kinds that are counted.
  static let counted = ["charges", "invoices", "customers"]

  private static let newest = 1_794_700_000
  private let objects: Int
  private let folder: URL

  init(objects: Int, folder: URL) {
    self.objects = objects
    self.folder = folder
  }

  /// Newest first, as Stripe lists them.
  func write(parents: Bool) throws -> Export {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw PlatformError(.output, "the folder cannot be made", cause: error.localizedDescription)
    }
    let customerCount = max(1, objects * 35 / 100)
    let invoiceCount = objects * 10 / 100
    let chargeCount = objects - customerCount - invoiceCount
    var files: [String: ListFile] = [:]
    let others = ["payment_methods", "payment_intents", "balance_transactions", "invoice_items"]
    let names = Self.counted + (parents ? others : [])
    for name in names + ["products", "prices"] {
      files[name] = try ListFile(folder.appendingPathComponent(name + ".json"))
    }
    var random = SeededRandom(seed: 20_261_121)
    let catalog = Catalog(&random)
    for index in catalog.products.indices {
      try files["products"]?.append(catalog.product(index))
      try files["prices"]?.append(catalog.price(index))
    }
    var people: [Person] = []
    for index in 0..<customerCount {
      let person = Person(&random, created: Self.newest - index * 600, index: index)
      people.append(person)
      try files["customers"]?.append(person.customer)
      try files["payment_methods"]?.append(person.paymentMethod)
    }
    for index in 0..<chargeCount {
      let payment = Payment(&random, of: random.pick(people), created: Self.newest - index * 300)
      try files["charges"]?.append(payment.charge)
      try files["payment_intents"]?.append(payment.paymentIntent)
      try files["balance_transactions"]?.append(payment.balanceTransaction)
    }
    for index in 0..<invoiceCount {
      let (invoice, items) = catalog.invoice(
        &random, for: random.pick(people), created: Self.newest - index * 1800, index: index)
      try files["invoices"]?.append(invoice)
      for item in items { try files["invoice_items"]?.append(item) }
    }
    var export = Export(folder: folder)
    for name in names + ["products", "prices"] {
      guard let file = files[name] else { continue }
      try file.finish()
      export.files.append((name, file.count, file.bytes))
    }
    return export
  }
}
