import CLI
import CMalloc
import Foundation

@main
enum Main {
  static func main() async {
    // A load holds a few large buffers at a time, on several threads.
    cmalloc_return_large_buffers(CommandLine.arguments.contains("serve") ? 8 : 2)
    let status = await Program.run(Array(CommandLine.arguments.dropFirst()))
    // Not `exit`: libraries would clean up behind threads that are just letting go of what they hold, and crash.
    fflush(nil)
    _exit(status)
  }
}
