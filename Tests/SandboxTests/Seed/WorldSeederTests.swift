import PlatformCore
import Testing

@testable import Sandbox

@Suite struct WorldSeederTests {
  @Test func smoke() throws {
    let store = try SeedLab.store(SeedLab.plan())
    defer { store.close() }
    for type in RecordType.allCases {
      print(type.rawValue, try store.read { try $0.count(ListQuery(type)) })
    }
  }
}
