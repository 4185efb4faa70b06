import BronzeStore
import Foundation

/// Files of captured events, as anybody reads them.
enum EventFiles {
  private struct Line: Decodable {
    struct Event: Decodable { let id: String }
    let data: Event
  }

  /// The ids in the files below a folder, in the order of files and lines; a half line at an end is passed over.
  static func ids(in folder: URL) throws -> [String] {
    let lake = LakeFolder(root: folder)
    return try lake.files(below: "").filter { $0.path.hasSuffix(".jsonl") }.flatMap { file in
      let text = String(decoding: try lake.read(file.path) ?? [], as: UTF8.self)
      return try text[..<(text.lastIndex(of: "\n") ?? text.startIndex)].split(separator: "\n")
        .map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)).data.id }
    }
  }
}
