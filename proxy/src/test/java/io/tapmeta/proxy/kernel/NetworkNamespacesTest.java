package io.tapmeta.proxy.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.NetworkInterface;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What needs no privilege; entering namespaces is for the scenarios. */
class NetworkNamespacesTest {
  private static final String NONE = "tapmeta-no-such-namespace";

  @Test
  void anInterfaceHasTheIndexThatJavaSees() throws IOException {
    assertThat(NetworkNamespaces.interfaceIndex("lo"))
        .isEqualTo(NetworkInterface.getByName("lo").getIndex());
  }

  @Test
  void aMissingInterfaceHasNoIndex() throws IOException {
    assertThat(NetworkNamespaces.interfaceIndex("nosuchdevice0")).isZero();
    assertThat(NetworkNamespaces.interfaceIndex("")).isZero();
    assertThat(NetworkNamespaces.interfaceIndex("longer-than-an-interface-name")).isZero();
  }

  @Test
  void aMissingNamespaceHasNoInode() {
    assertThat(NetworkNamespaces.inode(NONE)).isEmpty();
  }

  @Test
  void aMissingNamespaceIsNotVisitedAndNamed() throws IOException {
    AtomicBoolean visited = new AtomicBoolean();
    try (NetworkNamespaces namespaces = new NetworkNamespaces()) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () ->
                  namespaces.visit(
                      NONE,
                      () -> {
                        visited.set(true);
                        return 0;
                      }))
          .withMessage("/run/netns/" + NONE + ": No such file or directory");
    }
    assertThat(visited).isFalse();
  }
}
