import BronzeStore
import Foundation
import PlatformCore
import Workspace

extension LakeFolder {
  /// The lake that the settings name, or another one with the same key.
  init(_ settings: Settings, location: String? = nil) throws(PlatformError) {
    var variables: [String: String] = [:]
    for key in SettingKey.ofS3 { variables[key.rawValue] = settings.value(key) }
    try self.init(
      location: location ?? settings.lakeLocation, relativeTo: settings.directory, variables: variables,
      scratch: settings.home.appending(path: "scratch"))
  }
}
