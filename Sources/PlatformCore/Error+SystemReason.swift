import Foundation

extension Error {
  /// What the system says of a file that Foundation could not use, as in `Is a directory`; its own words say only
  /// `NSCocoaErrorDomain error 256`.
  package var systemReason: String {
    guard let reason = (self as? CocoaError)?.underlying as? POSIXError else { return localizedDescription }
    return String(cString: strerror(reason.code.rawValue))
  }
}
