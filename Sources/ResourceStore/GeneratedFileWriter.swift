package import Foundation
package import PlatformCore
import SchemaGenerator

/// Writes the files that follow from the declarations into a checkout, and finds those that are stale.
package struct GeneratedFileWriter: Sendable {
  private let root: URL

  /// The writer of a checkout; `root` is the folder of `Package.swift`.
  package init(root: URL) { self.root = root }

  /// What a run of `okapi schema generate` did.
  package struct Report: Sendable, Equatable, Codable {
    /// The files written, by their path in the checkout.
    package let written: [String]
    /// The files removed because nothing generates them any more.
    package let removed: [String]
    /// Whether the picture is stale and Graphviz was not there to draw it.
    package let lacksGraphviz: Bool
  }

  /// The paths of files that are missing, stale or left over; empty when all is fresh. Needs no Graphviz.
  ///
  /// - Throws: `inputMissing` when `root` is no checkout.
  package func stale() throws(PlatformError) -> [String] {
    try requireCheckout()
    return (staleTexts.map(\.path) + (isPictureFresh ? [] : [ERDiagram.svgPath]) + leftOver).sorted()
  }

  /// Writes what is stale, draws the picture if Graphviz is there, and removes what is left over.
  ///
  /// - Throws: `inputMissing` when `root` is no checkout; `output` or `inputOutput`.
  package func write() throws(PlatformError) -> Report {
    try requireCheckout()
    var written: [String] = []
    for file in staleTexts {
      try put(file.path, file.content)
      written.append(file.path)
    }
    var lacksGraphviz = false
    if !isPictureFresh {
      if let drawn = try Graphviz.draw(ERDiagram.dot()) {
        try put(ERDiagram.svgPath, ERDiagram.svg(drawn: drawn))
        written.append(ERDiagram.svgPath)
      } else {
        lacksGraphviz = true
      }
    }
    let removed = leftOver
    for path in removed {
      do {
        try FileManager.default.removeItem(at: root.appending(path: path))
      } catch {
        throw PlatformError(
          .inputOutput, "A generated file cannot be removed", cause: error.systemReason,
          context: ["file": path])
      }
    }
    return Report(written: written, removed: removed, lacksGraphviz: lacksGraphviz)
  }

  private var staleTexts: [GeneratedFile] { GeneratedFiles.all().filter { read($0.path) != $0.content } }

  private var isPictureFresh: Bool { read(ERDiagram.svgPath)?.contains(ERDiagram.svgMark()) ?? false }

  private var leftOver: [String] {
    let known = Set(GeneratedFiles.all().map(\.path))
    return GeneratedFiles.folders.flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
      return names.filter { $0.hasSuffix(".md") || $0.hasSuffix(".sql") }.map { "\(folder)/\($0)" }
    }.filter { !known.contains($0) }.sorted()
  }

  private func read(_ path: String) -> String? {
    (try? Data(contentsOf: root.appending(path: path))).map { String(decoding: $0, as: UTF8.self) }
  }

  private func put(_ path: String, _ content: String) throws(PlatformError) {
    let target = root.appending(path: path)
    do {
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw PlatformError(
        .output, "A folder cannot be created", cause: error.systemReason, context: ["file": path])
    }
    try AtomicFile.replace(target, with: Array(content.utf8), permissions: 0o644)
  }

  private func requireCheckout() throws(PlatformError) {
    guard FileManager.default.fileExists(atPath: root.appending(path: "Package.swift").path) else {
      throw PlatformError(
        .inputMissing, "This folder is no checkout of okapi: it has no Package.swift",
        context: ["folder": root.path], nextStep: "Run the command in the checkout")
    }
  }
}
