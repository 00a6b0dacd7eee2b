{{- define "brownout.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* Leaves room for "-control". */}}
{{- define "brownout.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 55 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 55 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 55 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "brownout.selector" -}}
app.kubernetes.io/name: {{ include "brownout.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "brownout.labels" -}}
{{ include "brownout.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* The ConfigMap with the scenario; empty: there is none. */}}
{{- define "brownout.scenario" -}}
{{- if and .Values.scenario .Values.existingConfigMap }}
{{- fail "scenario and existingConfigMap exclude each other: give the text, or the name of a ConfigMap" }}
{{- end }}
{{- if .Values.existingConfigMap }}
{{- .Values.existingConfigMap }}
{{- else if .Values.scenario }}
{{- include "brownout.fullname" . }}
{{- end }}
{{- end }}

{{- define "brownout.probe" -}}
exec:
  command:
    - bash
    - -c
    - >-
      exec 3<>/dev/tcp/127.0.0.1/8788 &&
      printf '%s\r\n' 'GET /health HTTP/1.1' 'Host: 127.0.0.1' 'Connection: close' ''
      >&3 &&
      read -r _ code _ <&3 && [[ $code == 200 ]]
{{- end }}
