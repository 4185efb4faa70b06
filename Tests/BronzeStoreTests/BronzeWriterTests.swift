import BronzeStore
import Testing
