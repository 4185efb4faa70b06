import CLI
import CMalloc
import Foundation

@main
enum Main {
  static func main() async {
    // A load holds a few large buffers at a time, on several threads.
    cmalloc_return_large_buffers()
    exit(await Program.run(Array(CommandLine.arguments.dropFirst())))
  }
}
