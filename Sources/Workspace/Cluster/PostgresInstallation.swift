import Foundation
import PlatformCore

/// One set of PostgreSQL's server programs found on this machine.
package struct PostgresInstallation: Sendable, Equatable {
  /// The folder with `initdb`, `pg_ctl` and `postgres`, links resolved.
  package let binaries: String
  /// The version, as in `15.20`.
  package let version: String
  /// Its first number.
  package var major: Int { Int(version.prefix(while: \.isNumber)) ?? 0 }

  /// The oldest major version that has all we use.
  package static let oldestMajor = 15

  /// Every installation, those on PATH first, then the newest.
  package static func all(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [PostgresInstallation] {
    let onPath = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    var seen: Set<String> = []
    return (onPath + configured(onPath, environment) + customary()).compactMap { folder in
      let program = URL(fileURLWithPath: folder + "/postgres").resolvingSymlinksInPath().deletingLastPathComponent()
      return seen.insert(program.path).inserted ? PostgresInstallation(folder: program.path) : nil
    }
  }

  /// The installation that can run a data folder of `major`, or the first new enough one for a new folder.
  ///
  /// - Throws: `.configuration` when there is none.
  static func choose(
    from all: [PostgresInstallation], dataMajor: Int?, dataDirectory: String
  ) throws(PlatformError) -> PostgresInstallation {
    guard let first = all.first(where: { $0.major >= oldestMajor }) ?? all.first else {
      throw PlatformError(
        .configuration, "PostgreSQL is not installed: initdb, pg_ctl and postgres were not found",
        cause: "looked in PATH, in what pg_config names, and in the usual folders of Debian, Red Hat and Homebrew",
        nextStep: "make setup (or set DATABASE_URL to a server that runs elsewhere)")
    }
    guard let dataMajor else {
      guard first.major >= oldestMajor else {
        throw PlatformError(
          .configuration, "PostgreSQL \(first.version) is too old: \(oldestMajor) or newer is needed",
          context: ["folder": first.binaries], nextStep: "install PostgreSQL \(oldestMajor) or newer")
      }
      return first
    }
    guard let match = all.first(where: { $0.major == dataMajor }) else {
      let found = all.map(\.version).joined(separator: ", ")
      throw PlatformError(
        .configuration, "the data folder was made by PostgreSQL \(dataMajor), installed is \(found)",
        cause: "a data folder works with the major version that made it only", context: ["folder": dataDirectory],
        nextStep: "install PostgreSQL \(dataMajor); or move the folder away and run okapi db init, then ingest again")
    }
    return match
  }

  private init?(folder: String) {
    let isThere = ["initdb", "pg_ctl", "postgres"].allSatisfy {
      FileManager.default.isExecutableFile(atPath: folder + "/" + $0)
    }
    guard isThere,
      let child = try? ChildProcess(folder + "/postgres", ["--version"], environment: ["LC_ALL": "C"])
    else { return nil }
    // postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)
    let words = child.wait(timeout: .seconds(20)).outputText.split(separator: " ")
    guard words.count >= 3, words[2].first?.isNumber == true else { return nil }
    binaries = folder
    version = String(words[2].prefix { $0.isNumber || $0 == "." })
  }

  private static func configured(_ path: [String], _ environment: [String: String]) -> [String] {
    for folder in path where FileManager.default.isExecutableFile(atPath: folder + "/pg_config") {
      guard
        let child = try? ChildProcess(
          folder + "/pg_config", ["--bindir"], environment: ["LC_ALL": "C", "PATH": environment["PATH"] ?? ""])
      else { continue }
      let words = child.wait(timeout: .seconds(20)).outputText.trimmingCharacters(in: .whitespacesAndNewlines)
      return words.hasPrefix("/") ? [words] : []
    }
    return []
  }

  private static func customary() -> [String] {
    let patterns = [
      ("/usr/lib/postgresql", "", "/bin"), ("/usr", "pgsql-", "/bin"), ("/opt/homebrew/opt", "postgresql@", "/bin"),
      ("/usr/local/opt", "postgresql@", "/bin"), ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "/bin"),
    ]
    return patterns.flatMap { parent, prefix, suffix in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
      return names.compactMap { name -> (Int, String)? in
        guard name.hasPrefix(prefix), let major = Int(name.dropFirst(prefix.count)) else { return nil }
        return (major, parent + "/" + name + suffix)
      }
      .sorted { $0.0 > $1.0 }.map(\.1)
    }
  }
}
