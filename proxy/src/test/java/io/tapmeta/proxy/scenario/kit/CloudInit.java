package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The real cloud-init of a Debian release, in an image that is made when it is first asked for; beside
 * {@code -Dtapmeta.cloud-init.image=DIR}, which is bookworm's.
 */
public final class CloudInit {
  private static final Path BOOKWORM =
      Path.of(System.getProperty("tapmeta.cloud-init.image", "/var/cache/tapmeta-test/bookworm"))
          .toAbsolutePath();
  private static final Path SCRIPTS = Path.of("src/test/cloud-init").toAbsolutePath();
  private static final Duration IMAGE_PATIENCE = Duration.ofMinutes(15);
  private static final Duration BOOT_PATIENCE = Duration.ofMinutes(5);

  private final Path image;

  private CloudInit(Path image) {
    this.image = image;
  }

  /** That of a release, by its name; the image is there when this returns. */
  public static CloudInit of(String suite) {
    Path image = BOOKWORM.resolveSibling(suite);
    Command.of(SCRIPTS.resolve("cloud-init-image").toString(), suite, image.toString())
        .within(IMAGE_PATIENCE)
        .run()
        .orFail();
    return new CloudInit(image);
  }

  /** What a boot has left of itself. */
  public record Boot(Path results) {
    public String result(String file) throws IOException {
      return Files.readString(results.resolve(file));
    }
  }

  /**
   * A guest's first boot: comes up over DHCP as a fresh machine does, and asks over that lease.
   *
   * @param options of cloud-init-boot
   */
  public Boot boot(ComputeNode node, Guest guest, String... options) {
    Path workdir = node.directory().resolve("boot-" + guest.tap());
    List<String> words =
        new ArrayList<>(
            List.of(
                SCRIPTS.resolve("cloud-init-boot").toString(),
                "--image",
                image.toString(),
                "--netns",
                guest.namespace().name(),
                "--workdir",
                workdir.toString(),
                "--uuid",
                guest.record().uuid(),
                "--dhcp-netns",
                node.namespace().name(),
                "--dhcp-interface",
                ComputeNode.BRIDGE,
                "--address",
                Guest.ADDRESS,
                "--gateway",
                ComputeNode.GATEWAY));
    Collections.addAll(words, options);
    Command.of(words.toArray(String[]::new)).within(BOOT_PATIENCE).run().orFail();
    return new Boot(workdir.resolve("result"));
  }
}
