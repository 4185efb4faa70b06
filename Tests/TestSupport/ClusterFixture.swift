package import Foundation
package import Workspace

/// A private cluster of one test's own, made new, in a folder with a fixed name below the build folder.
///
/// The name is fixed so that the next run stops and removes what a crash left behind.
package struct ClusterFixture: Sendable {
  /// The workspace.
  package let home: URL

  /// Lends the fixture to `body`, and stops and removes the cluster before and after.
  package static func with<Answer: Sendable>(
    _ name: String, below parent: URL? = nil, _ body: @Sendable (ClusterFixture) async throws -> Answer
  ) async throws -> Answer {
    let parent = parent ?? TestDatabase.packageFolder.appendingPathComponent(".build/test-clusters")
    let fixture = ClusterFixture(home: parent.appendingPathComponent(name))
    try await fixture.remove()
    do {
      let answer = try await body(fixture)
      try await fixture.remove()
      return answer
    } catch {
      // The test's own error is the one to show.
      try? await fixture.remove()
      throw error
    }
  }

  /// Another view of the same cluster, as another process would have it.
  package func cluster(
    runtimeDirectory: URL? = nil, extraSettings: [String: String] = [:],
    installations: (@Sendable () -> [PostgresInstallation])? = nil
  ) -> PrivateCluster {
    PrivateCluster(
      home: home, runtimeDirectory: runtimeDirectory,
      extraSettings: ["shared_buffers": "32MB"].merging(extraSettings) { $1 }, installations: installations)
  }

  private func remove() async throws {
    let files = FileManager.default
    let folder = home.appendingPathComponent("postgres")
    guard files.fileExists(atPath: folder.path) else { return }
    // A test may have left a pid file of nobody.
    _ = try? await cluster().stop()
    let location = try? String(contentsOf: folder.appendingPathComponent("location"), encoding: .utf8)
    if let place = location?.trimmingCharacters(in: .whitespacesAndNewlines), place.hasPrefix("/var/lib/okapi/") {
      try files.removeItem(atPath: place)
    }
    try files.removeItem(at: home)
  }
}
