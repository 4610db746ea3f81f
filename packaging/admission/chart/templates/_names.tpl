{{- define "gatelint.labels" -}}
app.kubernetes.io/name: gatelint-admit
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "gatelint.secret" -}}
{{ .Values.certificate.secret | default "gatelint-tls" }}
{{- end }}
{{- define "gatelint.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}
