package import Foundation

/// Finds the folders that ship with the program, whatever folder it was moved to.
///
/// SwiftPM's own lookup stops the process when the folder is not there; this one throws and says where it looked.
package enum ResourceBundle {
  /// The folder `name` of a target's resources: beside the executable, in `../lib/okapi`, or beside the tests.
  ///
  /// - Throws: `configuration` when no place has it, naming the places.
  package static func locate(_ name: String, target: String) throws(PlatformError) -> URL {
    try locate(name, target: target, among: places)
  }

  /// The same among the places given.
  ///
  /// - Throws: `configuration` when no place has it, naming the places.
  package static func locate(_ name: String, target: String, among places: [URL]) throws(PlatformError) -> URL {
    for place in places {
      for ending in ["resources", "bundle"] {
        let folder = place.appending(path: "okapi_\(target).\(ending)").appending(path: name)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue {
          return folder
        }
      }
    }
    throw PlatformError(
      .configuration, "A folder that belongs to okapi is missing: okapi_\(target).resources/\(name)",
      cause: "looked in " + places.map(\.path).joined(separator: ", "),
      nextStep: "Install with `make install PREFIX=…`, which takes the folder along, or run `make build`")
  }

  private static var places: [URL] {
    let program = (Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])).resolvingSymlinksInPath()
    let beside = program.deletingLastPathComponent()
    let library = beside.deletingLastPathComponent().appending(path: "lib/okapi")
    let bundles = Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
    var seen = Set<String>()
    return ([beside, library] + bundles).map(\.standardizedFileURL).filter { seen.insert($0.path).inserted }
  }
}
