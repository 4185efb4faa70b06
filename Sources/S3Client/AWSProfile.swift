import Foundation
import PlatformCore

/// What AWS's files say of one profile.
struct AWSProfile {
  let name: String
  let credentialsFile: String
  private let values: [String: String]

  init(_ variables: [String: String]) throws(PlatformError) {
    name = variables["AWS_PROFILE"] ?? "default"
    func place(_ variable: String, _ usual: String) -> String {
      NSString(string: variables[variable] ?? usual).expandingTildeInPath
    }
    credentialsFile = place("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
    let configuration = Self.sections(of: place("AWS_CONFIG_FILE", "~/.aws/config"))
    let credentials = Self.sections(of: credentialsFile)
    let general = configuration[name == "default" ? "default" : "profile \(name)"] ?? configuration[name]
    guard variables["AWS_PROFILE"] == nil || general != nil || credentials[name] != nil else {
      throw PlatformError(
        .configuration, "there is no AWS profile '\(name)'", context: ["file": credentialsFile],
        nextStep: "correct AWS_PROFILE, or leave it out")
    }
    values = (general ?? [:]).merging(credentials[name] ?? [:]) { $1 }
  }

  subscript(_ key: String) -> String? { values[key] }

  /// The sections of a file in AWS's manner; a file that is not there has none.
  static func sections(of path: String) -> [String: [String: String]] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [:] }
    var sections: [String: [String: String]] = [:]
    var section = ""
    for line in text.split(whereSeparator: \.isNewline) {
      let word = line.trimmingCharacters(in: .whitespaces)
      if word.hasPrefix("#") || word.hasPrefix(";") { continue }
      if word.hasPrefix("["), word.hasSuffix("]") {
        section = word.dropFirst().dropLast().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        sections[section] = sections[section] ?? [:]
        continue
      }
      // Lines that are set in belong to a group such as `s3 =`, none of which is read.
      guard line.first?.isWhitespace == false, let mark = word.firstIndex(of: "=") else { continue }
      let value = word[word.index(after: mark)...].trimmingCharacters(in: .whitespaces)
      if value.isEmpty { continue }
      sections[section, default: [:]][word[..<mark].trimmingCharacters(in: .whitespaces).lowercased()] = value
    }
    return sections
  }
}
