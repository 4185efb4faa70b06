internal import CLibcurl
import Foundation

/// Hands libcurl a file in parts as it asks for them.
final class FileSource {
  let file: HTTPClient.Request.BodyFile
  private var offset = 0

  init(_ file: HTTPClient.Request.BodyFile) { self.file = file }

  /// The next bytes; none at the end.
  static let read: curl_read_callback = { target, size, count, context in
    guard let target, let context else { return Int(CURL_READFUNC_ABORT) }
    let source = Unmanaged<FileSource>.fromOpaque(context).takeUnretainedValue()
    let wanted = min(size * count, source.file.bytes - source.offset)
    var found = 0
    repeat {
      found = pread(source.file.descriptor, target, wanted, off_t(source.offset))
    } while found < 0 && errno == EINTR
    guard found > 0 || wanted == 0 else { return Int(CURL_READFUNC_ABORT) }
    source.offset += found
    return found
  }

  static let rewind: curl_seek_callback = { context, offset, origin in
    guard let context, origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
    Unmanaged<FileSource>.fromOpaque(context).takeUnretainedValue().offset = Int(offset)
    return CURL_SEEKFUNC_OK
  }
}
