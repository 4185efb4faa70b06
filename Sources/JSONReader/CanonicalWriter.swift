/// Owns the buffers of `CanonicalForm` and lends them to one pass at a time.
final class CanonicalWriter {
  private var pass = CanonicalPass()

  deinit { pass.deallocate() }

  /// What was written last; valid until the next write.
  var written: UnsafeRawBufferPointer { pass.written }

  /// Writes a value under rules.
  func write(_ value: JSONValue, _ rules: CanonicalRules) {
    // A copy of the pass: a class's field would be checked for exclusive access at every byte.
    var pass = pass
    rules.steps.withUnsafeBufferPointer { steps in
      rules.names.withUnsafeBufferPointer { names in
        guard let first = steps.baseAddress, let letters = names.baseAddress else { return }
        pass.begin(value.view.pointee, first, letters)
        pass.write(value.index, first.pointee.hasEffect ? 0 : CanonicalPass.noStep)
      }
    }
    self.pass = pass
  }

  /// Writes the members at these paths under their dotted names; false when none is present and not null.
  func write(_ value: JSONValue, only paths: [[String]]) -> Bool {
    var sorted = paths
    if zip(paths, paths.dropFirst()).contains(where: { !$0.lexicographicallyPrecedes($1) }) {
      sorted.sort { $0.lexicographicallyPrecedes($1) }
    }
    var pass = pass
    pass.begin(value.view.pointee, nil, nil)
    var found = false
    for path in sorted {
      guard let member = value.value(at: path), !member.isNull else { continue }
      pass.writeName(path, isFirst: !found)
      pass.write(member.index, CanonicalPass.noStep)
      found = true
    }
    if found { pass.writeEnd() }
    self.pass = pass
    return found
  }
}
