// swift-tools-version: 6.1
import PackageDescription

// The table of rooms (docs: ARCHITECTURE.md). A target may import what its `dependencies` name and nothing else:
// the build runs with `--explicit-target-dependency-import-check error`, and ArchitectureTests hold this file against
// the table.

/// A C library behind a module map and a shim header, found through pkg-config.
func cLibrary(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

let cLibraries: [Target] = [
  cLibrary("CLibpq", pkgConfig: "libpq", apt: "libpq-dev", brew: "libpq"),
  cLibrary("CLibcrypto", pkgConfig: "libcrypto", apt: "libssl-dev", brew: "openssl@3"),
  cLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
  cLibrary("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev", brew: "libmicrohttpd"),
  cLibrary("CLibcurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev", brew: "curl"),
  cLibrary("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev", brew: "sqlite"),
  .systemLibrary(name: "CMalloc"),
  .systemLibrary(name: "CDuckDB"),  // loaded when it is first used, see its shim
  // A C face of ours over the C++ library (Debian: libsimdjson-dev). Not through pkg-config: SwiftPM warns of a flag
  // in its .pc file at every build.
  .target(
    name: "CSimdJSON",
    cxxSettings: [.unsafeFlags(["-O3", "-DNDEBUG", "-Wall", "-Wextra", "-Werror"])],
    linkerSettings: [.linkedLibrary("simdjson")]
  ),
]

let libraries: [Target] = [
  // 1: what everybody may know.
  .target(name: "PlatformCore"),

  // 2: one face per outside thing.
  .target(name: "CommandLineKit"),
  .target(name: "StripeModel"),
  .target(name: "Digest", dependencies: ["CLibcrypto", "PlatformCore"]),
  .target(name: "JSONReader", dependencies: ["CSimdJSON", "CZlib", "Digest", "PlatformCore"]),
  .target(name: "Gzip", dependencies: ["CZlib", "PlatformCore"]),
  .target(name: "PostgresClient", dependencies: ["CLibpq", "PlatformCore"]),
  .target(name: "HTTPServer", dependencies: ["CMicroHTTPD", "PlatformCore"]),
  .target(name: "HTTPClient", dependencies: ["CLibcurl", "PlatformCore"]),
  .target(name: "SQLiteClient", dependencies: ["CSQLite", "PlatformCore"]),
  .target(name: "DuckDBClient", dependencies: ["CDuckDB", "PlatformCore"]),
  .target(name: "APIReference"),

  // 3: pure text, the private workspace, and the door to Stripe.
  .target(name: "SchemaGenerator", dependencies: ["StripeModel", "PlatformCore"]),
  .target(name: "Workspace", dependencies: ["PlatformCore"]),
  .target(name: "S3Client", dependencies: ["HTTPClient", "Digest", "PlatformCore"]),
  .target(name: "StripeClient", dependencies: ["HTTPClient", "JSONReader", "PlatformCore"]),

  // 4: the tables, and the lake's files.
  .target(name: "BronzeStore", dependencies: ["JSONReader", "S3Client", "Digest", "Gzip", "PlatformCore"]),
  .target(
    name: "ResourceStore",
    dependencies: ["Gzip", "StripeModel", "SchemaGenerator", "PostgresClient", "PlatformCore", "Digest"],
    resources: [.copy("Migrations")]
  ),

  // 5: the features.
  .target(
    name: "Ingest",
    dependencies: [
      "StripeModel", "JSONReader", "BronzeStore", "ResourceStore", "PostgresClient", "PlatformCore", "Digest",
    ]),
  .target(
    name: "Fetch", dependencies: ["StripeClient", "BronzeStore", "StripeModel", "JSONReader", "PlatformCore"]),
  .target(
    name: "Lake",
    dependencies: [
      "StripeModel", "SchemaGenerator", "BronzeStore", "S3Client", "DuckDBClient", "Digest", "PlatformCore",
    ],
    resources: [.copy("Models")]
  ),
  .target(
    name: "Webhooks",
    dependencies: [
      "HTTPServer", "BronzeStore", "JSONReader", "SQLiteClient", "StripeModel", "Digest", "PlatformCore",
    ]),
  .target(
    name: "Verify",
    dependencies: ["StripeModel", "SchemaGenerator", "JSONReader", "PostgresClient", "PlatformCore"]),
  .target(
    name: "Populate", dependencies: ["StripeClient", "StripeModel", "JSONReader", "PlatformCore", "Digest"]),
  .target(
    name: "Sandbox", dependencies: ["APIReference", "StripeModel", "SQLiteClient", "JSONReader", "PlatformCore"]),
  .target(
    name: "Sync",
    dependencies: [
      "StripeClient", "BronzeStore", "Fetch", "Ingest", "Verify", "ResourceStore", "PostgresClient", "StripeModel",
      "JSONReader", "Digest", "Webhooks", "PlatformCore",
    ]),
  .target(
    name: "CrossCheck",
    dependencies: [
      "Lake", "DuckDBClient", "PostgresClient", "SchemaGenerator", "StripeModel", "JSONReader", "PlatformCore",
    ]),
  .target(
    name: "Reconcile",
    dependencies: [
      "StripeClient", "BronzeStore", "Fetch", "StripeModel", "JSONReader", "SQLiteClient", "PlatformCore",
    ]),
  .target(
    name: "SandboxServer",
    dependencies: ["Sandbox", "APIReference", "HTTPServer", "HTTPClient", "Digest", "PlatformCore"]),

  // 7: the commands; 8: the program.
  .target(
    name: "CLI",
    dependencies: [
      "CommandLineKit", "StripeModel", "SchemaGenerator", "PostgresClient", "JSONReader", "Workspace", "ResourceStore",
      "Ingest", "Verify", "PlatformCore", "Digest", "SQLiteClient", "DuckDBClient", "HTTPServer", "HTTPClient",
      "Sandbox", "SandboxServer", "StripeClient", "BronzeStore", "Fetch", "Populate", "Sync", "Lake",
      "CrossCheck", "Reconcile", "Webhooks",
    ],
    resources: [.copy("SampleExport"), .copy("SampleFixture")]
  ),
  .executableTarget(name: "okapi", dependencies: ["CLI", "CMalloc"]),

  // For measuring only (docs/benchmarks.md); no product, so that `make build` leaves it out.
  .executableTarget(
    name: "okapi-bench",
    dependencies: [
      "CommandLineKit", "StripeModel", "JSONReader", "PostgresClient", "Workspace", "ResourceStore", "Ingest",
      "BronzeStore", "Fetch", "Sandbox", "SQLiteClient", "DuckDBClient", "CMicroHTTPD", "HTTPServer", "Webhooks",
      "Digest", "PlatformCore",
    ],
    path: "Benchmarks", exclude: ["results"]),
]

let tests: [Target] = [
  .target(
    name: "TestSupport",
    dependencies: ["PlatformCore", "PostgresClient", "Workspace", "StripeModel", "ResourceStore", "HTTPClient"],
    path: "Tests/TestSupport"),
  .testTarget(name: "PlatformCoreTests", dependencies: ["PlatformCore"]),
  .testTarget(name: "CommandLineKitTests", dependencies: ["CommandLineKit"]),
  .testTarget(name: "StripeModelTests", dependencies: ["StripeModel"]),
  .testTarget(name: "WorkspaceTests", dependencies: ["Workspace", "PlatformCore"]),
  .testTarget(
    name: "CLITests",
    dependencies: ["CLI", "CommandLineKit", "PlatformCore", "SandboxServer", "StripeClient", "Workspace"]),
  .testTarget(name: "JSONReaderTests", dependencies: ["JSONReader", "Digest", "TestSupport", "PlatformCore"]),
  .testTarget(
    name: "S3ClientTests", dependencies: ["S3Client", "HTTPServer", "Digest", "TestSupport", "PlatformCore"]),
  .testTarget(
    name: "BronzeStoreTests",
    dependencies: ["BronzeStore", "S3Client", "JSONReader", "PlatformCore", "TestSupport"]),
  .testTarget(name: "SchemaGeneratorTests", dependencies: ["SchemaGenerator", "StripeModel", "PlatformCore"]),
  .testTarget(
    name: "LakeTests",
    dependencies: [
      "Lake", "BronzeStore", "SchemaGenerator", "StripeModel", "JSONReader", "DuckDBClient", "HTTPServer",
      "TestSupport", "PlatformCore",
    ]),
  .testTarget(
    name: "IngestTests",
    dependencies: [
      "Ingest", "BronzeStore", "ResourceStore", "StripeModel", "JSONReader", "TestSupport", "PlatformCore",
    ]),
  .testTarget(name: "DigestTests", dependencies: ["Digest"]),
  .testTarget(name: "DuckDBClientTests", dependencies: ["DuckDBClient", "PlatformCore"]),
  .testTarget(name: "HTTPServerTests", dependencies: ["HTTPServer", "HTTPClient", "TestSupport", "PlatformCore"]),
  .testTarget(name: "HTTPClientTests", dependencies: ["HTTPClient", "HTTPServer", "TestSupport", "PlatformCore"]),
  .testTarget(name: "APIReferenceTests", dependencies: ["APIReference"]),
  .testTarget(
    name: "SandboxTests", dependencies: ["Sandbox", "APIReference", "StripeModel", "SQLiteClient", "PlatformCore"]),
  .testTarget(
    name: "SandboxServerTests",
    dependencies: [
      "SandboxServer", "Sandbox", "APIReference", "HTTPServer", "HTTPClient", "Digest", "PlatformCore",
    ]),
  .testTarget(
    name: "StripeClientTests",
    dependencies: [
      "StripeClient", "TestSupport", "SandboxServer", "Sandbox", "JSONReader", "HTTPServer", "HTTPClient",
      "PlatformCore",
    ]),
  .testTarget(
    name: "FetchTests",
    dependencies: [
      "Fetch", "StripeClient", "BronzeStore", "StripeModel", "JSONReader", "TestSupport", "SandboxServer", "Sandbox",
      "HTTPServer", "HTTPClient", "PlatformCore",
    ]),
  .testTarget(
    name: "PopulateTests",
    dependencies: ["Populate", "StripeClient", "SandboxServer", "Sandbox", "JSONReader", "PlatformCore"]),
  .testTarget(
    name: "SyncTests",
    dependencies: [
      "Sync", "Fetch", "Verify", "BronzeStore", "ResourceStore", "PostgresClient", "StripeClient", "StripeModel",
      "Webhooks", "Reconcile", "TestSupport", "SandboxServer", "Sandbox", "SQLiteClient", "HTTPClient", "HTTPServer",
      "Workspace", "PlatformCore",
    ]),
  .testTarget(
    name: "ReconcileTests",
    dependencies: [
      "Reconcile", "Fetch", "BronzeStore", "StripeClient", "TestSupport", "SandboxServer", "Sandbox", "HTTPClient",
      "JSONReader", "PlatformCore",
    ]),
  .testTarget(
    name: "WebhooksTests",
    dependencies: [
      "Webhooks", "BronzeStore", "HTTPServer", "HTTPClient", "SQLiteClient", "Digest", "TestSupport", "PlatformCore",
    ]),
  .testTarget(
    name: "RepositoryTests",
    dependencies: [
      "StripeModel", "SchemaGenerator", "ResourceStore", "PlatformCore", "Workspace", "CLI", "CommandLineKit",
    ],
    exclude: ["Help"]),
  .testTarget(
    name: "IntegrationTests",
    dependencies: [
      "TestSupport", "PlatformCore", "PostgresClient", "Workspace", "StripeModel", "SchemaGenerator", "JSONReader",
      "BronzeStore", "ResourceStore", "Ingest", "Verify",
    ]),
  .testTarget(
    name: "EndToEndTests",
    dependencies: [
      "TestSupport", "PlatformCore", "PostgresClient", "Workspace", "HTTPServer", "HTTPClient", "BronzeStore",
      "S3Client", "Digest",
    ]),
]

let package = Package(
  name: "okapi",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "okapi", targets: ["okapi"])],
  targets: cLibraries + libraries + tests,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

for target in package.targets where target.type != .system && target.name != "CSimdJSON" {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
