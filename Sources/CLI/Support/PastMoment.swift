import CommandLineKit
import Foundation
import PlatformCore

/// A moment that an option names, which must be over: from one that is yet to come nothing would be found, and that
/// looks as if all were well.
struct PastMoment {
  let date: Date

  /// - Throws: `ValidationError` naming the option.
  init(_ text: String, of option: String) throws {
    guard let date = Date(rfc3339: text) else {
      throw ValidationError("\(option) '\(text)' is no time: write 2026-11-20 or 2026-11-20T06:00:00Z")
    }
    guard date <= Date() else { throw ValidationError("\(option) '\(text)' is yet to come") }
    self.date = date
  }
}
