package io.tapmeta.proxy.doctor;

import io.tapmeta.proxy.kernel.NetworkNamespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The node's own programs. */
@FunctionalInterface
interface Tools {
  /**
   * Runs a program to its end.
   *
   * @param words the program and its arguments; no shell reads them
   * @throws Unseen where it is not there, or does not end in time
   */
  Said ask(List<String> words) throws Unseen;

  /** In the current network namespace. */
  default Said ask(String... words) throws Unseen {
    return ask(List.of(words));
  }

  /** Inside a named network namespace; in the current one where there is no name. */
  default Said inside(Optional<String> netns, String... words) throws Unseen {
    List<String> all = new ArrayList<>();
    netns.ifPresent(
        name -> {
          all.add("nsenter");
          all.add("--net=" + NetworkNamespaces.DIRECTORY.resolve(name));
        });
    all.addAll(List.of(words));
    return ask(all);
  }
}
