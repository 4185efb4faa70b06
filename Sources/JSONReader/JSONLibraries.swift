import CSimdJSON
import CZlib

/// The libraries behind the reader.
package enum JSONLibraries {
  /// The simdjson this program was built against, as in `3.0.1`.
  package static var simdjsonVersion: String { String(cString: csj_version()) }

  /// The zlib in use, as in `1.2.13`.
  package static var zlibVersion: String { String(cString: CZlib.zlibVersion()) }
}
