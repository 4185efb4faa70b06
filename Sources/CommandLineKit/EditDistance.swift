/// The closest of `candidates` to a mistyped word, if it is close enough to be meant.
func closest(to word: String, in candidates: [String]) -> String? {
  let bare = word.lowercased()
  let ranked = candidates.map { (name: $0, distance: editDistance(bare, $0.lowercased())) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
  let letters = bare.drop { $0 == "-" }.count
  return best.distance <= min(3, max(1, letters / 3)) ? best.name : nil
}

/// How many letters must be inserted, dropped, exchanged or swapped with their neighbour.
func editDistance(_ left: String, _ right: String) -> Int {
  let left = Array(left)
  let right = Array(right)
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (row, letter) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
      if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    beforeLast = last
    last = current
  }
  return last[right.count]
}
