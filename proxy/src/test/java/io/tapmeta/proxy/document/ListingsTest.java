package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.instance.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every name that a listing shows answers, whatever the record has or lacks. */
class ListingsTest {
  private static final RouteTable ROUTES = RouteTable.complete();

  @Test
  void everyNameThatIsListedAnswers() {
    Random random = new Random(71);
    List<String> visited = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Instance instance = instance(random);
      for (String root : List.of("/openstack", "/ec2", "/", "/nocloud")) {
        visit(root, instance, visited);
      }
    }
    assertThat(visited)
        .contains(
            "/latest/meta-data/public-keys/1/openssh-key",
            "/ec2/latest/meta-data/block-device-mapping/ebs0",
            "/openstack/latest/user_data",
            "/nocloud/network-config");
  }

  private static void visit(String path, Instance instance, List<String> visited) {
    Document document =
        ROUTES
            .find(path)
            .orElseThrow()
            .render(instance, () -> "192.0.2.1")
            .orElseThrow(() -> new AssertionError(path + " is listed and does not answer"));
    visited.add(path);
    boolean versions = path.equals("/") || path.equals("/ec2") || path.equals("/openstack");
    boolean openStackVersion = path.matches("/openstack/[^/]+");
    boolean ec2Directory =
        path.matches(
            "(/ec2)?/(latest|[0-9.-]+)(/meta-data(/public-keys(/\\d+)?|/placement"
                + "|/block-device-mapping)?)?");
    if (!versions && !openStackVersion && !ec2Directory && !path.equals("/nocloud")) {
      return;
    }
    for (String line : Rendered.text(document).split("\n", -1)) {
      // A key pair is listed as INDEX=NAME, and asked for as INDEX.
      String name = line.matches("\\d+=.*") ? line.substring(0, line.indexOf('=')) : line;
      String below = (path.equals("/") ? "" : path) + "/" + name;
      if (openStackVersion && name.equals("password")) {
        assertThat(ROUTES.find(below).orElseThrow().kind()).isEqualTo(Route.Kind.PASSWORD);
      } else if (!line.isEmpty()) {
        visit(below.replaceAll("/$", ""), instance, visited);
      }
    }
  }

  private static Instance instance(Random random) {
    List<String> members = new ArrayList<>();
    members.add("\"name\": \"x\"");
    String[] optional = {
      "\"user_data\": \"\"",
      "\"user_data\": \"aGk=\"",
      "\"keys\": [{\"name\": \"a=b\", \"data\": \"A\"}, {\"name\": \"c d\", \"data\": \"C\"}]",
      "\"vendor_data\": [1]",
      "\"vendor_data2\": {\"static\": {}}",
      "\"ec2\": {\"kernel_id\": \"aki-1\", \"block_device_mapping\": {\"ebs0\": \"/dev/vdb\"}}"
    };
    for (String member : optional) {
      String key = member.substring(0, member.indexOf(':'));
      if (random.nextBoolean() && members.stream().noneMatch(known -> known.startsWith(key))) {
        members.add(member);
      }
    }
    String subnets = random.nextBoolean() ? "[]" : "[{\"cidr\": \"10.0.0.0/24\"}]";
    return Instances.read(
        "{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"%s\", \"subnets\": %s}], %s}"
            .formatted(Instances.UUID, Instances.MAC, subnets, String.join(", ", members)));
  }
}
