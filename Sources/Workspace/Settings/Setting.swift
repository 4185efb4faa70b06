/// One known key with its value and where that came from.
package struct Setting: Sendable, Equatable {
  /// The source of a value, strongest first.
  package enum Origin: Sendable, Equatable {
    /// A command line option.
    case flag
    /// A variable of the process.
    case environment
    /// A settings file; its name.
    case file(String)
    /// Built in.
    case `default`

    /// How people and programs are shown it.
    package var description: String {
      switch self {
      case .flag: "flag"
      case .environment: "environment"
      case .file(let name): name
      case .default: "default"
      }
    }
  }

  /// What it sets.
  package let key: SettingKey
  /// The value itself, unmasked; nil when nothing sets it. Never log it: take `shown`.
  package let value: String?
  /// Who set it.
  package let origin: Origin
  /// The source of `SOURCES` that it is for; nil when it is for all.
  package var source: String?

  /// The variable: `STRIPE_API_KEY`, or `STRIPE_API_KEY_EU` where it is for one source.
  package var name: String { key.name(of: source) }

  /// The value as it may be shown: secrets and passwords masked.
  package var shown: String? { value.map(key.secrecy.masked) }
}

/// The settings that Okapi knows, by the names of their environment variables.
package enum SettingKey: String, Sendable, CaseIterable {
  case environment = "ENV"
  case databaseURL = "DATABASE_URL"
  case testDatabaseURL = "TEST_DATABASE_URL"
  case home = "OKAPI_HOME"
  case runtimeDirectory = "OKAPI_RUNTIME_DIR"
  case jsonDirectory = "JSON_DIR"
  case lakeURL = "LAKE_URL"
  case lakeMemory = "LAKE_MEMORY_MB"
  case sourceName = "SOURCE_NAME"
  case sources = "SOURCES"
  case runID = "RUN_ID"
  case logLevel = "LOG_LEVEL"
  case logFormat = "LOG_FORMAT"
  case stripeAPIKey = "STRIPE_API_KEY"
  case stripeAPIBase = "STRIPE_API_BASE"
  case stripeAPIVersion = "STRIPE_API_VERSION"
  case stripeAccount = "STRIPE_ACCOUNT"
  case rate = "OKAPI_RATE"
  case webhookSecret = "STRIPE_WEBHOOK_SECRET"
  case s3KeyID = "AWS_ACCESS_KEY_ID"
  case s3Secret = "AWS_SECRET_ACCESS_KEY"
  case s3SessionToken = "AWS_SESSION_TOKEN"
  case s3Region = "AWS_REGION"
  case s3DefaultRegion = "AWS_DEFAULT_REGION"
  case s3Profile = "AWS_PROFILE"
  case s3CredentialsFile = "AWS_SHARED_CREDENTIALS_FILE"
  case s3ConfigFile = "AWS_CONFIG_FILE"
  case s3Endpoint = "AWS_ENDPOINT_URL_S3"
  case endpoint = "AWS_ENDPOINT_URL"
  case s3PathStyle = "S3_PATH_STYLE"

  /// What it decides, in one line.
  package var help: String {
    switch self {
    case .environment: "DEV or PROD; PROD refuses everything that destroys or populates"
    case .databaseURL: "the PostgreSQL to use instead of the private one"
    case .testDatabaseURL: "the PostgreSQL of the tests; without it the private one"
    case .home: "the private workspace: embedded PostgreSQL, rejects, logs"
    case .runtimeDirectory: "a short folder for sockets; without it one is chosen"
    case .jsonDirectory: "where JSON exports lie"
    case .lakeURL: "the lake: a folder or s3://bucket/prefix; without it `lake` in the workspace"
    case .lakeMemory: "megabytes that DuckDB holds for the lake; what is more goes to the disk"
    case .sourceName: "the account's name: the schema of its tables"
    case .sources: "the names of several accounts, joined by commas; each may have settings of its own"
    case .runID: "the id of this run; without it a new one is made"
    case .logLevel: "the least grave event that is logged"
    case .logFormat: "json, text, or auto: text on a terminal"
    case .stripeAPIKey: "the key for Stripe's API"
    case .stripeAPIBase: "another address than Stripe's"
    case .stripeAPIVersion: "the API version that is asked for"
    case .stripeAccount: "the connected account to read"
    case .rate: "requests a second to Stripe; without it 20 with a test key, 80 with a live one"
    case .webhookSecret: "what signs the webhooks that are received: whsec_…; several joined by commas"
    case .s3KeyID: "the key's id for a lake on S3; without it AWS's files are read"
    case .s3Secret: "the secret of that key"
    case .s3SessionToken: "the token of a key that holds for a while only"
    case .s3Region: "the bucket's region; without it the profile's, else us-east-1"
    case .s3DefaultRegion: "the same, weaker"
    case .s3Profile: "the profile in AWS's files; without it `default`"
    case .s3CredentialsFile: "AWS's file of keys; without it ~/.aws/credentials"
    case .s3ConfigFile: "AWS's file of profiles; without it ~/.aws/config"
    case .s3Endpoint: "the address of an S3 server other than AWS's"
    case .endpoint: "the same, weaker"
    case .s3PathStyle: "true or false: the bucket in the URL's path; without it true where an address is set"
    }
  }

  /// The value when nothing else is said.
  package var defaultValue: String? {
    switch self {
    case .environment: Environment.development.rawValue
    case .home: ".okapi"
    case .jsonDirectory: "data/imported_stripe_data"
    case .lakeMemory: "1000"
    case .sourceName: "stripe"
    case .logLevel: "info"
    case .logFormat: "auto"
    case .stripeAPIVersion: "2026-10-28.endive"
    default: nil
    }
  }

  /// Those that a source of `SOURCES` may have for itself, its name in capitals behind them: `STRIPE_API_KEY_EU`.
  package static let ofOneSource: [SettingKey] = [
    .stripeAPIKey, .stripeAPIBase, .stripeAPIVersion, .stripeAccount, .rate, .webhookSecret,
  ]

  /// Those of a lake on S3.
  package static let ofS3: [SettingKey] = [
    .s3KeyID, .s3Secret, .s3SessionToken, .s3Region, .s3DefaultRegion, .s3Profile, .s3CredentialsFile, .s3ConfigFile,
    .s3Endpoint, .endpoint, .s3PathStyle,
  ]

  /// The name of its variable, for one source or for all.
  package func name(of source: String?) -> String { source.map { "\(rawValue)_\($0.uppercased())" } ?? rawValue }

  /// How its value is masked.
  package var secrecy: Secrecy {
    switch self {
    case .stripeAPIKey, .webhookSecret, .s3KeyID, .s3Secret, .s3SessionToken: .key
    case .databaseURL, .testDatabaseURL, .stripeAPIBase: .connection
    default: .open
    }
  }
}
