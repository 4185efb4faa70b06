package import Sandbox

/// Where objects are looked up while an answer is made: a read, or the unit of work that changed them.
package protocol RecordSource {
  /// The record of that id, deleted or not.
  func find(_ type: RecordType, _ id: String) throws -> Record?
  /// The records of a query, in the order of the list.
  func records(_ query: ListQuery) throws -> [Record]
  /// The number of records of a query.
  func count(_ query: ListQuery) throws -> Int
}

extension RecordReader: RecordSource {}
extension World: RecordSource {}
