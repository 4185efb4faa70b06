import Foundation
import PlatformCore
import TestSupport
import Testing

@testable import S3Client

@Suite("S3 settings") struct S3OptionsTests {
  private static let none = ["AWS_SHARED_CREDENTIALS_FILE": "/nowhere", "AWS_CONFIG_FILE": "/nowhere"]

  @Test(
    "a place is a bucket and a prefix that ends in a slash",
    arguments: [
      ("s3://bucket", "bucket", ""), ("s3://bucket/", "bucket", ""), ("s3://a.b-c/x/y", "a.b-c", "x/y/"),
      ("S3://bucket/x//y/", "bucket", "x/y/"),
    ])
  func place(_ location: String, _ bucket: String, _ prefix: String) throws {
    let place = try S3Place(location)
    #expect(place.bucket == bucket && place.prefix == prefix)
    #expect(place.location(of: "a/b") == "s3://\(bucket)/\(prefix)a/b")
    #expect(!place.location(of: "").hasSuffix("/"))
  }

  @Test(
    "what names no bucket is refused", arguments: ["s3://", "s3:///x", "s3://UPPER", "s3://ab", "s3://bucket/../x"])
  func noPlace(_ location: String) {
    let error = #expect(throws: PlatformError.self) { try S3Place(location) }
    #expect(error?.status == .configuration)
  }

  @Test("variables come before files; a region, an address and a style have their usual defaults")
  func variables() throws {
    let key = ["AWS_ACCESS_KEY_ID": "K", "AWS_SECRET_ACCESS_KEY": "S"].merging(Self.none) { $1 }
    let plain = try S3Options(variables: key)
    #expect(plain.keyID == "K" && plain.secret == "S" && plain.sessionToken == nil)
    #expect(plain.region == "us-east-1" && plain.endpoint == nil && !plain.isPathStyle)
    #expect(plain.address(of: "b") == ("https://b.s3.us-east-1.amazonaws.com", "/"))
    #expect(plain.address(of: "b.c") == ("https://s3.us-east-1.amazonaws.com", "/b.c/"))
    let other = try S3Options(
      variables: key.merging([
        "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://weak:1", "AWS_SESSION_TOKEN": "T",
        "AWS_ENDPOINT_URL_S3": "http://host:9000/",
      ]) { $1 })
    #expect(other.region == "eu-west-1" && other.sessionToken == "T" && other.isPathStyle)
    #expect(other.address(of: "b") == ("http://host:9000", "/b/"))
    let host = try S3Options(
      variables: key.merging(["AWS_ENDPOINT_URL": "https://host", "S3_PATH_STYLE": "false", "AWS_REGION": "r"]) { $1 })
    #expect(host.address(of: "b") == ("https://b.host", "/") && host.region == "r")
  }

  @Test("a profile's key, token, region and address are read from AWS's two files")
  func profiles() throws {
    let folder = try TemporaryDirectory()
    let credentials = try folder.write(
      "credentials",
      "[default]\naws_access_key_id = D\naws_secret_access_key=E=\n[team]\naws_access_key_id=A\n"
        + "aws_secret_access_key=B\naws_session_token=C\n")
    let config = try folder.write(
      "config",
      "# a comment\n[default]\nregion = eu-central-1\n[profile team]\nregion=eu-north-1\ns3 =\n  region = no\n"
        + "endpoint_url = http://team:1\n")
    let files = ["AWS_SHARED_CREDENTIALS_FILE": credentials.path, "AWS_CONFIG_FILE": config.path]
    let usual = try S3Options(variables: files)
    #expect(usual.keyID == "D" && usual.secret == "E=" && usual.region == "eu-central-1" && usual.endpoint == nil)
    let team = try S3Options(variables: files.merging(["AWS_PROFILE": "team"]) { $1 })
    #expect(team.keyID == "A" && team.secret == "B" && team.sessionToken == "C")
    #expect(team.region == "eu-north-1" && team.endpoint == "http://team:1")
    // A whole key in the variables takes no token from a file.
    let mixed = try S3Options(
      variables: files.merging(["AWS_PROFILE": "team", "AWS_ACCESS_KEY_ID": "V", "AWS_SECRET_ACCESS_KEY": "W"]) { $1 })
    #expect(mixed.keyID == "V" && mixed.sessionToken == nil)
  }

  @Test(
    "what is missing or cannot be is a matter of settings, and the words say which",
    arguments: [
      ([:], "AWS_ACCESS_KEY_ID"), (["AWS_ACCESS_KEY_ID": "K"], "AWS_SECRET_ACCESS_KEY"),
      (["AWS_PROFILE": "nobody"], "AWS_PROFILE"), (["S3_PATH_STYLE": "perhaps"], "S3_PATH_STYLE"),
      (["AWS_ENDPOINT_URL_S3": "host:9000"], "AWS_ENDPOINT_URL_S3"), (["AWS_REGION": "eu west"], "AWS_REGION"),
    ])
  func missing(_ variables: [String: String], _ word: String) {
    var all = Self.none
    if word == "S3_PATH_STYLE" { all.merge(["AWS_ACCESS_KEY_ID": "K", "AWS_SECRET_ACCESS_KEY": "S"]) { $1 } }
    let error = #expect(throws: PlatformError.self) { try S3Options(variables: all.merging(variables) { $1 }) }
    #expect(error?.status == .configuration)
    #expect(error?.rendered.contains(word) == true)
  }
}
