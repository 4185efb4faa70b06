import CommandLineKit
import Foundation
import PlatformCore
import SandboxServer
import Workspace

/// Which sandbox a command is about.
struct SandboxStoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The sandbox's folder. (default: sandbox/store in the workspace)", valueName: "folder"))
  var data: String?

  /// The folder of the store.
  func folder(_ settings: Settings) -> SandboxFolder {
    guard let data else { return SandboxFolder(settings.sandboxHome.appending(path: "store")) }
    let expanded = NSString(string: data).expandingTildeInPath
    return SandboxFolder(URL(filePath: expanded, relativeTo: settings.directory).absoluteURL.standardizedFileURL)
  }
}

extension Settings {
  /// Where the workspace keeps what belongs to sandboxes.
  var sandboxHome: URL { home.appending(path: "sandbox") }
  /// Where sandboxes in the background write their log.
  var sandboxLog: URL { sandboxHome.appending(path: "serve.log") }
  /// Where the running sandboxes of the workspace are listed.
  var sandboxRegistry: URL { sandboxHome.appending(path: "running") }
}

/// Runs blocking work off the shared pool.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue(label: "okapi blocking").async { continuation.resume(with: Result { try body() }) }
  }
}
