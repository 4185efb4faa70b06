/// Names inside SQL text.
package enum PostgresIdentifier {
  /// The name in double quotes, safe whatever it holds.
  package static func quoted(_ name: String) -> String {
    var text = "\""
    for scalar in name.unicodeScalars where scalar != "\0" {
      if scalar == "\"" { text += "\"" }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }
}

/// Values inside SQL text, where no parameter can stand.
package enum PostgresLiteral {
  /// The text in single quotes, safe whatever it holds and however `standard_conforming_strings` is set.
  package static func quoted(_ value: String) -> String {
    var text = "'"
    var hasBackslash = false
    for scalar in value.unicodeScalars where scalar != "\0" {
      if scalar == "'" { text += "'" }
      if scalar == "\\" {
        text += "\\"
        hasBackslash = true
      }
      text.unicodeScalars.append(scalar)
    }
    return (hasBackslash ? " E" : "") + text + "'"
  }
}
