/// How many columns a text takes on a terminal; East Asian wide letters and emoji take two.
func displayWidth(_ text: String) -> Int {
  text.reduce(0) { width, letter in
    guard let scalar = letter.unicodeScalars.first else { return width }
    let wide: [ClosedRange<UInt32>] = [
      0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
    ]
    return width + (wide.contains { $0.contains(scalar.value) } ? 2 : 1)
  }
}

/// The text with control characters made visible, so that data cannot steer the terminal.
func visible(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
  return text.unicodeScalars.map { scalar in
    scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
  }.joined()
}

/// `1234567` becomes `1,234,567`.
func grouped(_ number: some BinaryInteger) -> String {
  let digits = String(number.magnitude)
  var result = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
    result.append(digit)
  }
  return number < 0 ? "-" + result : result
}

/// A sentence on lines of at most 100 columns, the further ones set in: what Stripe says can be long.
func wrapped(_ text: String) -> String {
  var lines = [""]
  for word in text.split(separator: " ") {
    let isFirst = lines.count == 1
    if displayWidth(lines[lines.count - 1]) + displayWidth(String(word)) + 1 > (isFirst ? 100 : 98), lines.last != "" {
      lines.append("")
    }
    lines[lines.count - 1] += (lines.last == "" ? "" : " ") + word
  }
  return lines.joined(separator: "\n  ")
}

/// A list on one line of at most 100 columns: `coupons, payouts and 3 more (--json names them)`.
func shortList(_ lead: String, _ names: [String]) -> String {
  func line(_ shown: Int) -> String {
    let rest = names.count - shown
    return lead + names.prefix(shown).joined(separator: ", ")
      + (rest == 0 ? "" : " and \(rest) more (--json names them)")
  }
  let shown = (0...names.count).last { displayWidth(line($0)) <= 100 }
  return line(max(1, shown ?? 1))
}

/// `4.2 MB`; decimal units.
func byteText(_ bytes: Double) -> String {
  var value = bytes
  for unit in ["B", "kB", "MB", "GB"] {
    if value < 999.5 { return unit == "B" ? "\(Int(value)) B" : "\(rounded(value)) \(unit)" }
    value /= 1000
  }
  return "\(rounded(value)) TB"
}

/// One decimal place.
func rounded(_ value: Double) -> String { String((value * 10).rounded() / 10) }

/// `1:05` or `2:03:04`; whole seconds.
func clockText(_ seconds: Double) -> String {
  let whole = Int(min(max(0, seconds.rounded()), 359_999))
  let padded = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
  let (hours, minutes) = (whole / 3600, whole / 60 % 60)
  return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(whole % 60))" : "\(minutes):\(padded(whole % 60))"
}
