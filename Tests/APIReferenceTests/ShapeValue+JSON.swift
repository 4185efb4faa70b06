import Foundation

@testable import APIReference

extension ShapeValue {
  /// Reads JSON; the order of members is not kept.
  static func json(_ data: Data) throws -> ShapeValue { try JSONDecoder().decode(Decoded.self, from: data).value }

  /// Reads JSON text.
  static func json(_ text: String) throws -> ShapeValue { try json(Data(text.utf8)) }

  private struct Decoded: Decodable {
    let value: ShapeValue

    init(from decoder: any Decoder) throws {
      if let object = try? decoder.container(keyedBy: Key.self) {
        let members = try object.allKeys.map {
          (name: $0.stringValue, value: try object.decode(Decoded.self, forKey: $0).value)
        }
        value = .object(members.sorted { $0.name < $1.name })
      } else if var array = try? decoder.unkeyedContainer() {
        var elements: [ShapeValue] = []
        while !array.isAtEnd { elements.append(try array.decode(Decoded.self).value) }
        value = .array(elements)
      } else {
        value = try Self.scalar(decoder.singleValueContainer())
      }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> ShapeValue {
      if container.decodeNil() { return .null }
      if let value = try? container.decode(Bool.self) { return .bool(value) }
      if let value = try? container.decode(Int64.self) { return .integer(value) }
      if let value = try? container.decode(Double.self) { return .decimal("\(value)") }
      return .string(try container.decode(String.self))
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
