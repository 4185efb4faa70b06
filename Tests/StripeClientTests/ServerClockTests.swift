import Testing

@testable import StripeClient

@Suite("Stripe client: the server's clock") struct ServerClockTests {
  private let zero = ContinuousClock.now

  @Test("it had reached what its answers said, and goes on with ours")
  func bound() {
    let clock = ServerClock()
    #expect(clock.bound(at: zero) == nil && !clock.isKnown)
    clock.learn(100, at: zero)
    #expect(clock.bound(at: zero) == 100)
    #expect(clock.bound(at: zero + .milliseconds(900)) == 100)
    #expect(clock.bound(at: zero + .milliseconds(1_100)) == 101)
    // Before the answer it had not yet got there.
    #expect(clock.bound(at: zero - .milliseconds(100)) == 99)
  }

  @Test("the latest moment wins, whichever answer told it")
  func best() {
    let clock = ServerClock()
    clock.learn(100, at: zero)
    // The same second, half of it later: says less than the first.
    clock.learn(100, at: zero + .milliseconds(500))
    #expect(clock.bound(at: zero + .milliseconds(1_100)) == 101)
    // A slow answer's date is old by its arrival.
    clock.learn(101, at: zero + .seconds(30))
    #expect(clock.bound(at: zero + .milliseconds(30_100)) == 130)
    clock.learn(140, at: zero + .milliseconds(30_200))
    #expect(clock.bound(at: zero + .milliseconds(30_200)) == 140)
  }

  @Test("a clock of ours that runs fast by a thousandth does not overtake the server's")
  func drift() {
    let clock = ServerClock()
    clock.learn(0, at: zero)
    for hours in 1...48 {
      let served = 3_600.0 * Double(hours)
      #expect(Double(clock.bound(at: zero + .seconds(served * 1.001)) ?? .max) <= served)
    }
  }
}
