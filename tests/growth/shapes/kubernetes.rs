//! Shapes of manifests and overlays.

use super::one;

/// A workload, as a document.
fn deployment(i: usize) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: unit-{i}}}}}
  template:
    metadata: {{labels: {{app: unit-{i}}}}}
    spec:
      containers:
      - name: main
        image: registry.example.com/unit:{i}.0.1
---
"
    )
}

/// Workloads in one namespace, each with a Service, a network policy and a budget that select it.
pub fn selectors(size: usize) -> Vec<(String, String)> {
    one("all.yaml", size, |i| {
        deployment(i)
            + &format!(
                "apiVersion: v1
kind: Service
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  selector: {{app: unit-{i}}}
  ports: [{{port: 80, targetPort: 8080}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  podSelector: {{matchLabels: {{app: unit-{i}}}}}
  policyTypes: [Ingress, Egress]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  minAvailable: 1
  selector: {{matchLabels: {{app: unit-{i}}}}}
---
"
            )
    })
}

/// Objects of as many kinds, each with a constraint of Gatekeeper, all of one template.
pub fn constraints(size: usize) -> Vec<(String, String)> {
    let mut files = one("all.yaml", size, |i| {
        format!(
            "apiVersion: example.com/v1
kind: Unit{i}
metadata: {{name: unit-{i}, namespace: depot}}
spec: {{replicas: 9}}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: UnitLimit
metadata: {{name: unit-{i}}}
spec: {{match: {{kinds: [{{apiGroups: [example.com], kinds: [Unit{i}]}}]}}}}
---
"
        )
    });
    let template = "apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: unitlimit}
spec:
  crd: {spec: {names: {kind: UnitLimit}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    code:
    - engine: K8sNativeValidation
      source: {validations: [{expression: variables.anyObject.spec.replicas <= 3}]}
";
    files.push(("template.yaml".into(), template.into()));
    files
}

/// Workloads in one namespace, each with a network policy and a budget that select it by an expression.
pub fn expressions(size: usize) -> Vec<(String, String)> {
    one("all.yaml", size, |i| {
        deployment(i)
            + &format!(
                "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  podSelector: {{matchExpressions: [{{key: app, operator: In, values: [unit-{i}, task-{i}]}}]}}
  policyTypes: [Ingress, Egress]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: unit-{i}, namespace: depot}}
spec:
  minAvailable: 1
  selector: {{matchExpressions: [{{key: app, operator: In, values: [unit-{i}, task-{i}]}}]}}
---
"
            )
    })
}

/// Namespaces with the same objects in each: a workload of common labels, the Service and the autoscaler of it.
pub fn namespaces(size: usize) -> Vec<(String, String)> {
    one("all.yaml", size, |i| {
        format!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: depot-{i}}}
spec:
  selector: {{matchLabels: {{app: web, tier: front}}}}
  template:
    metadata: {{labels: {{app: web, tier: front}}}}
    spec:
      serviceAccountName: web
      containers:
      - name: main
        image: registry.example.com/web:1.0.1
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: web, namespace: depot-{i}}}
---
apiVersion: v1
kind: Service
metadata: {{name: web, namespace: depot-{i}}}
spec: {{type: LoadBalancer, selector: {{app: web, tier: front}}, ports: [{{port: 80}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: web-{i}, namespace: shared}}
spec: {{selector: {{a-group: all, app: web-{i}}}, ports: [{{port: 80}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: web-{i}, namespace: shared, labels: {{a-group: all, app: web-{i}}}}}
spec: {{serviceAccountName: web-{i}, containers: [{{name: main, image: registry.example.com/web:1.0.1}}]}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: web, namespace: depot-{i}}}
spec: {{minReplicas: 2, maxReplicas: 4, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}}}
---
"
        )
    })
}

/// One cluster role of many rules, bound to many service accounts, each of which a pod runs as.
pub fn accounts(size: usize) -> Vec<(String, String)> {
    let all = |part: &dyn Fn(usize) -> String| (0..size).map(part).collect::<String>();
    let rules = all(&|i| format!("- {{apiGroups: [''], resources: [secrets, kind-{i}], verbs: [get]}}\n"));
    let subjects = all(&|i| format!("- {{kind: ServiceAccount, name: unit-{i}, namespace: depot}}\n"));
    let pods = all(&|i| {
        format!(
            "---
apiVersion: v1
kind: Pod
metadata: {{name: unit-{i}, namespace: depot}}
spec: {{serviceAccountName: unit-{i}, containers: [{{name: main, image: registry.example.com/unit:1}}]}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: unit-{i}, namespace: depot}}
"
        )
    });
    let text = format!(
        "apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: reader}}
rules:
{rules}---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: reader}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}}
subjects:
{subjects}{pods}"
    );
    vec![("all.yaml".to_owned(), text)]
}

/// Roles that are bound to service accounts.
pub fn roles(size: usize) -> Vec<(String, String)> {
    one("all.yaml", size, |i| {
        format!(
            "apiVersion: v1
kind: ServiceAccount
metadata: {{name: robot-{i}, namespace: depot}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: robot-{i}}}
rules: [{{apiGroups: ['*'], resources: ['*'], verbs: ['*']}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: robot-{i}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: robot-{i}}}
subjects: [{{kind: ServiceAccount, name: robot-{i}, namespace: depot}}]
---
"
        )
    })
}

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: main, image: 'registry.example.com/web:1.0.0'}
";

/// Many overlays of one base.
pub fn overlays(size: usize) -> Vec<(String, String)> {
    let mut files = vec![
        ("base/kustomization.yaml".to_owned(), "resources: [web.yaml]\n".to_owned()),
        ("base/web.yaml".to_owned(), WEB.to_owned()),
    ];
    for i in 0..size {
        let text = format!("namespace: n{i}\nnamePrefix: p{i}-\nresources: [../base]\npatches:\n- path: patch.yaml\n");
        files.push((format!("o{i}/kustomization.yaml"), text));
        let patch =
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {hostPID: true}}}\n";
        files.push((format!("o{i}/patch.yaml"), patch.to_owned()));
    }
    files
}

/// One overlay of many objects, each with a patch of its own.
pub fn patches(size: usize) -> Vec<(String, String)> {
    let object = |i: usize| WEB.replace("name: web}", &format!("name: web-{i}}}")) + "---\n";
    let patch = |i: usize| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web-{i}}}\nspec: {{template: {{spec: {{hostPID: true}}}}}}\n---\n"
        )
    };
    let mut files = one("web.yaml", size, object);
    files.extend(one("patch.yaml", size, patch));
    let text = "resources: [web.yaml]\npatchesStrategicMerge: [patch.yaml]\n";
    files.push(("kustomization.yaml".to_owned(), text.to_owned()));
    files
}

/// One overlay of many objects, each with another tag for its image.
pub fn images(size: usize) -> Vec<(String, String)> {
    let object = |i: usize| {
        format!(
            "apiVersion: v1
kind: Pod
metadata: {{name: unit-{i}}}
spec: {{containers: [{{name: main, image: 'registry.example.com/unit-{i}:1.0'}}]}}
---
"
        )
    };
    let image = |i: usize| format!("- {{name: registry.example.com/unit-{i}, newTag: '2.{i}'}}\n");
    let mut files = one("pods.yaml", size, object);
    files.extend(one("kustomization.yaml", size, image));
    files[1].1.insert_str(0, "resources: [pods.yaml]\nimages:\n");
    files
}
