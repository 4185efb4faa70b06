import BronzeStore
import PlatformCore

/// The tables of a lake as they are accepted, or as they would be with what a run has staged.
struct LakeTables {
  private let lake: LakeFolder
  /// By model.
  private(set) var models: [String: AcceptedModel]
  /// Where the files of a staged run lie until they are accepted, by their place.
  private var places: [String: String] = [:]

  init(_ lake: LakeFolder, with staged: Promotion? = nil) throws {
    self.lake = lake
    models = try lake.acceptedModels()
    guard let staged else { return }
    for model in staged.accepted { models[model.model] = model }
    for move in staged.moves { places[move.to] = move.from }
  }

  func place(of file: LakeFile) -> String { places[file.path] ?? file.path }

  /// Makes the views `silver.<entity>` and `gold.<model>`.
  func open(in engine: LakeEngine, silver: [ModelFile], gold: [ModelFile]) async throws {
    try await engine.execute("create schema if not exists silver; create schema if not exists gold")
    for model in silver { try await engine.view(model, of: try places(of: model.name)) }
    for model in gold where models[model.name]?.files.isEmpty == false {
      try await engine.view(model, of: try places(of: model.name))
    }
  }

  /// Where a model's files lie, all of which are there.
  ///
  /// - Throws: `inputOutput` naming one that is gone.
  func places(of model: String) throws -> [String] {
    let files = models[model]?.files ?? []
    let there = try lake.sizes(of: files.map(place))
    for file in files where there[place(of: file)] == nil { throw Self.missing(file, in: lake) }
    return files.map(place)
  }

  /// A silver model of a source that has files and of which nothing is accepted: somebody removed the record.
  ///
  /// - Throws: `inputOutput`, or what the server of a bucket says.
  func lost(of source: String, among models: [ModelFile]) throws -> String? {
    try models.first { model in
      guard self.models[model.name] == nil else { return false }
      return try !lake.files(below: LakePath.silver(model.name, of: source)).isEmpty
    }?.name
  }

  static func lost(_ model: String, in lake: LakeFolder) -> PlatformError {
    PlatformError(
      .inputOutput, "what is accepted of a model is gone",
      context: ["model": model, "file": lake.location(of: LakePath.accepted(model))],
      nextStep: "okapi lake replay builds silver and gold anew from bronze")
  }

  static func missing(_ file: LakeFile, in lake: LakeFolder) -> PlatformError {
    PlatformError(
      .inputOutput, "a file that the lake has accepted is gone", context: ["file": lake.location(of: file.path)],
      nextStep: "okapi lake replay builds silver and gold anew from bronze")
  }
}
