extension CivilTime {
  static let secondsPerDay: Int64 = 86_400

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// As in the description of a proration: `02 Aug 2026`.
  var text: String { "\(day < 10 ? "0" : "")\(day) \(Self.monthNames[month - 1]) \(year)" }
}
