package import StripeModel

/// A file that follows from the declarations.
package struct GeneratedFile: Sendable, Equatable {
  /// Where it stands, from the repository's root.
  package let path: String
  /// What it holds.
  package let content: String
}

/// Every checked-in file that follows from the declarations, but for migrations, which are written once.
package enum GeneratedFiles {
  /// The command that writes them.
  package static let command = "okapi schema generate"

  /// All declarations, in the order tables are written.
  package static var definitions: [ResourceDefinition] { ResourceName.allCases.map(\.definition) }

  /// The files as they should be; the picture `docs/er.svg` is drawn by Graphviz and held against its mark.
  package static func all() -> [GeneratedFile] {
    DataDictionary.files(definitions)
      + [GeneratedFile(path: ERDiagram.mermaidPath, content: ERDiagram.mermaid(definitions))]
      + SilverModel.inOrder.map(\.file)
  }

  /// The folders in which every file is generated: a file there that `all()` does not name is left over.
  package static let folders = [DataDictionary.folder, SilverModel.folder]
}
